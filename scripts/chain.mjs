// @ts-check
import { BadInput } from "./lib/badInput.mjs";
import { ensureDependencies } from "./lib/install.mjs";
import { requireNode } from "./lib/nodeVersion.mjs";
import { parseOptions, wholeNumber } from "./lib/options.mjs";

const HELP = `Runs the local test chain with its demo market: npm run chain -- [options]

  --port <n>  port to use; without it 8545, or a free one when that is taken
  --reset     forget everything and start afresh
  --help      this text

The chain keeps its state in .cache/chain. Its accounts are those of the public test phrase
"test test test test test test test test test test test junk": never send them anything real.`;

async function main() {
  requireNode();
  const { values, positionals } = parseOptions(process.argv.slice(2), {
    port: { type: "string" },
    reset: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  });
  if (positionals.length > 0) throw new BadInput(`Unexpected argument "${positionals[0]}"`);
  const port = wholeNumber(values.port, "port", { min: 0, max: 65_535 });
  if (values.help) {
    console.log(HELP);
    return;
  }
  await ensureDependencies();
  const { runLocalChain } = await import("./lib/chain/runLocalChain.mjs");
  const chain = await runLocalChain({ port, reset: values.reset === true });
  if (chain.shared) throw new BadInput(`It runs at ${chain.url} already`);
  console.log(`The local chain (id 31337) is at ${chain.url} (Ctrl-C stops it)`);
  console.log(`Addresses and accounts: ${chain.marketFile}`);
  let stopping = false;
  const stop = () => {
    stopping = true;
    chain.stop().catch(() => {
      process.exitCode = 1;
    });
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  await chain.ended;
  if (!stopping) throw new Error("The local chain ended by itself; its state was kept");
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof BadInput ? 2 : 1;
}
