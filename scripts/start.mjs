// @ts-check
import { BadInput } from "./lib/badInput.mjs";
import { ensureBuild } from "./lib/build.mjs";
import { ensureDependencies } from "./lib/install.mjs";
import { requireNode } from "./lib/nodeVersion.mjs";
import { openBrowser } from "./lib/openBrowser.mjs";
import { parseOptions, wholeNumber } from "./lib/options.mjs";
import { startServer } from "./lib/server.mjs";

const HELP = `Serves the studio: npm start -- [options]

  --port <n>     port to use; without it 4173, or a free one when that is taken
  --host <name>  address to listen on (default 127.0.0.1, this machine only)
  --no-open      do not open a browser
  --help         this text`;

const DEFAULT_PORT = 4173;

function readOptions() {
  const { values, positionals } = parseOptions(process.argv.slice(2), {
    port: { type: "string" },
    host: { type: "string" },
    "no-open": { type: "boolean" },
    help: { type: "boolean", short: "h" },
  });
  if (positionals.length > 0) throw new BadInput(`Unexpected argument "${positionals[0]}"`);
  return { ...values, port: wholeNumber(values.port, "port", { min: 0, max: 65_535 }) };
}

/** @param {string} root @param {string} host @param {number | null} port */
async function listen(root, host, port) {
  try {
    return await startServer({ root, host, port: port ?? DEFAULT_PORT });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EADDRINUSE" && port === null) {
      process.stderr.write(`Port ${DEFAULT_PORT} is taken; using a free one.\n`);
      return startServer({ root, host, port: 0 });
    }
    if (code === "EADDRINUSE") throw new BadInput(`Port ${port} is taken; choose another`);
    if (code === "EACCES") throw new BadInput(`Port ${port} needs more rights; choose another`);
    if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
      throw new BadInput(`"${host}" is not an address of this machine`);
    }
    throw error;
  }
}

async function main() {
  requireNode();
  const options = readOptions();
  if (options.help) {
    console.log(HELP);
    return;
  }
  await ensureDependencies();
  const root = await ensureBuild();
  const server = await listen(root, options.host ?? "127.0.0.1", options.port);
  console.log(`Signet is at ${server.origin}/ (Ctrl-C stops it)`);
  if (options.host !== undefined && !/^(127\.|localhost$|::1$)/.test(options.host)) {
    console.log("Browsers on other machines give WebGPU and storage to https pages only.");
  }
  if (!options["no-open"]) openBrowser(`${server.origin}/`);
  const stop = () => {
    server.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof BadInput ? 2 : 1;
}
