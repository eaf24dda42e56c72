// @ts-check
import { dirname, join } from "node:path";
import { BadInput } from "./lib/badInput.mjs";
import { ensureBuild } from "./lib/build.mjs";
import { ensureDependencies } from "./lib/install.mjs";
import { requireNode } from "./lib/nodeVersion.mjs";
import { readHosts } from "./lib/hosts/options.mjs";
import { openBrowser } from "./lib/openBrowser.mjs";
import { parseOptions, wholeNumber } from "./lib/options.mjs";
import { ROOT } from "./lib/paths.mjs";
import { isLoopback, startServer } from "./lib/server.mjs";

const HELP = `Serves the studio and runs its local test chain: npm start -- [options]

  --port <n>     port to use; without it 4173, or a free one when that is taken
  --host <name>  address to listen on (default 127.0.0.1, this machine only)
  --no-open      do not open a browser
  --api <n>=<u>  let the page call the host at base URL u under the name n; may be repeated
  --no-chain     do not run the local chain
  --no-host      do not let the demo market's host serve the demo model
  --reset-chain  forget what is on the local chain and start it afresh
  --help         this text`;

const DEFAULT_PORT = 4173;
const DEMO_HOST = "demo";

function readOptions() {
  const { values, positionals } = parseOptions(process.argv.slice(2), {
    port: { type: "string" },
    host: { type: "string" },
    api: { type: "string", multiple: true },
    "no-open": { type: "boolean" },
    "no-chain": { type: "boolean" },
    "no-host": { type: "boolean" },
    "reset-chain": { type: "boolean" },
    help: { type: "boolean", short: "h" },
  });
  if (positionals.length > 0) throw new BadInput(`Unexpected argument "${positionals[0]}"`);
  if (values["no-chain"] && values["reset-chain"]) {
    throw new BadInput("--no-chain and --reset-chain exclude each other");
  }
  return {
    ...values,
    port: wholeNumber(values.port, "port", { min: 0, max: 65_535 }),
    hosts: readHosts(values.api ?? []),
  };
}

/** @typedef {import("./lib/chain/localChain.mjs").LocalChain} LocalChain */

/**
 * The studio works without a chain, so only what the user can put right ends the start.
 *
 * @param {ReturnType<typeof readOptions>} options
 * @returns {Promise<LocalChain | null>}
 */
async function startChain(options) {
  if (options["no-chain"]) return null;
  try {
    // Not before dependencies are there.
    const { runLocalChain } = await import("./lib/chain/runLocalChain.mjs");
    return await runLocalChain({ reset: options["reset-chain"] === true });
  } catch (error) {
    if (error instanceof BadInput) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`The studio runs without its local chain: ${reason}\n`);
    return null;
  }
}

/**
 * @param {ReturnType<typeof readOptions>} options
 * @param {LocalChain | null} chain
 * @returns {Promise<import("./lib/gateway/demoHost.ts").DemoHost | null>}
 */
async function startHost(options, chain) {
  const isNamed = options.hosts.some(({ name }) => name === DEMO_HOST);
  if (chain === null || options["no-host"] || isNamed) return null;
  try {
    const { importTypeScript } = await import("./lib/chain/bundle.mjs");
    /** @type {typeof import("./lib/gateway/demoHost.ts")} */
    const { startDemoHost } = await importTypeScript("scripts/lib/gateway/demoHost.ts");
    return await startDemoHost({
      rpcUrl: chain.url,
      marketFile: chain.marketFile,
      folder: join(dirname(chain.marketFile), "host"),
      modelFolder: join(ROOT, "public", "demo"),
      log: (line) => process.stderr.write(`host: ${line}\n`),
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`The studio runs without the demo host: ${reason}\n`);
    return null;
  }
}

/**
 * @param {string} root
 * @param {string} host
 * @param {number | null} port
 * @param {LocalChain | null} local
 * @param {readonly import("./lib/hosts/options.mjs").ServedHost[]} hosts
 */
async function listen(root, host, port, local, hosts) {
  const chain = local === null ? null : { rpcUrl: local.url, marketFile: local.marketFile };
  try {
    return await startServer({ root, host, port: port ?? DEFAULT_PORT, chain, hosts });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EADDRINUSE" && port === null) {
      process.stderr.write(`Port ${DEFAULT_PORT} is taken; using a free one.\n`);
      return startServer({ root, host, port: 0, chain, hosts });
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
  const chain = await startChain(options);
  const demoHost = await startHost(options, chain);
  const hosts =
    demoHost === null ? options.hosts : [{ name: DEMO_HOST, url: demoHost.url }, ...options.hosts];
  const stopOthers = async () => {
    // The host settles through the chain.
    await demoHost?.stop();
    await chain?.stop();
  };
  const host = options.host ?? "127.0.0.1";
  const server = await listen(root, host, options.port, chain, hosts).catch(
    async (/** @type {unknown} */ error) => {
      await stopOthers();
      throw error;
    },
  );
  let stopping = false;
  console.log(`Signet is at ${server.origin}/ (Ctrl-C stops it)`);
  if (chain !== null) {
    console.log(`Its local test chain (id 31337) is at ${chain.url}`);
    void chain.ended.then(() => {
      if (!stopping) process.stderr.write("The local chain ended; start again to have it back.\n");
    });
  }
  if (demoHost !== null) console.log(`The demo host serves the demo model at ${demoHost.url}/v1`);
  if (options.host !== undefined && !isLoopback(options.host)) {
    console.log("Browsers on other machines give WebGPU and storage to https pages only.");
  }
  if (!options["no-open"]) openBrowser(`${server.origin}/`);
  const stop = () => {
    stopping = true;
    Promise.all([server.close(), stopOthers()]).then(
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
