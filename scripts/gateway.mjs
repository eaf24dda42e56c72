// @ts-check
import { BadInput } from "./lib/badInput.mjs";
import { readGatewayConfig, GATEWAY_HELP } from "./lib/gateway/commandLine.mjs";
import { ensureDependencies } from "./lib/install.mjs";
import { requireNode } from "./lib/nodeVersion.mjs";

async function main() {
  requireNode();
  const input = readGatewayConfig(process.argv.slice(2), process.env);
  // Nothing that this process starts or prints can come upon the key.
  delete process.env.SIGNET_HOST_KEY;
  if (input === null) {
    console.log(GATEWAY_HELP);
    return;
  }
  await ensureDependencies();
  const { importTypeScript } = await import("./lib/chain/bundle.mjs");
  /** @type {typeof import("./lib/gateway/startGateway.ts")} */
  const { startGateway } = await importTypeScript("scripts/lib/gateway/startGateway.ts");
  const log = (/** @type {string} */ line) =>
    process.stderr.write(`${new Date().toISOString()} ${line}\n`);
  const gateway = await startGateway({ ...input.config, log }, input.hostKey);
  console.log(`The gateway of host ${gateway.host} is at ${gateway.url}/v1 (Ctrl-C stops it)`);
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    gateway.stop().catch((error) => {
      log(error instanceof Error ? error.message : String(error));
      process.exitCode = 1;
    });
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
}

try {
  await main();
} catch (error) {
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${text.split("\n", 1)[0]}\n`);
  process.exitCode = error instanceof BadInput ? 2 : 1;
}
