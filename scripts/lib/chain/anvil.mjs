// @ts-check
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { BadInput, oneLine } from "../badInput.mjs";
import { foundryBinary } from "../foundryBinary.mjs";
import { rpc } from "./rpc.mjs";

export const LOCAL_CHAIN_ID = 31_337;
export const DEFAULT_PORT = 8545;

const HOST = "127.0.0.1";
const READY_MS = 30_000;
const GRACE_MS = 10_000;
const KEEPER = fileURLToPath(new URL("keeper.mjs", import.meta.url));

/**
 * @typedef {object} AnvilOptions
 * @property {number | null} [port] null picks 8545, or a free one when that is taken
 * @property {string} [stateFile] read at the start, written every few seconds and at the end
 * @property {string} [lock] file that goes when the node has ended
 * @property {number} [stateIntervalS] seconds between two writes of the state
 *
 * @typedef {object} Anvil
 * @property {string} url
 * @property {number} port
 * @property {number} pid of the process that keeps it
 * @property {Promise<void>} ended settles when it is gone, for whatever reason
 * @property {() => Promise<void>} stop writes the state and ends it
 */

/** The node ended before it could be asked anything. */
export class AnvilFailed extends Error {
  /** @param {string} output */
  constructor(output) {
    super(`The local chain did not start: ${oneLine(output).slice(0, 400) || "no reason given"}`);
    this.name = "AnvilFailed";
    this.portTaken = /address already in use/i.test(output);
    this.badState = /--(load-)?state|failed to (parse|deserialize|load)|init state/i.test(output);
  }
}

/**
 * @param {number} port 0 asks for any
 * @returns {Promise<number | null>} the port, or null when it is taken
 */
export function freePort(port = 0) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(null));
    probe.listen({ port, host: HOST, exclusive: true }, () => {
      const address = probe.address();
      const found = typeof address === "object" && address !== null ? address.port : null;
      probe.close(() => resolve(found));
    });
  });
}

/** @param {number | null} wanted @param {number} attempt */
async function choosePort(wanted, attempt) {
  if (wanted !== null && wanted !== 0) {
    const port = attempt === 0 ? await freePort(wanted) : null;
    if (port === null) throw new BadInput(`Port ${wanted} is taken; choose another for the chain`);
    return port;
  }
  const port = wanted === null && attempt === 0 ? await freePort(DEFAULT_PORT) : null;
  const chosen = port ?? (await freePort());
  if (chosen === null) throw new Error("No free port on 127.0.0.1");
  return chosen;
}

/**
 * @param {number} port
 * @param {AnvilOptions} options
 */
function anvilArguments(port, options) {
  const args = ["--host", HOST, "--port", String(port), "--chain-id", String(LOCAL_CHAIN_ID)];
  // Prague is the first fork with EIP-2935, whose history keeps block hashes for beacons. Without
  // CORS no page but the studio, which asks through its own server, can reach the node.
  args.push("--hardfork", "prague", "--no-cors", "--quiet", "--prune-history", "256");
  args.push("--accounts", "12");
  if (options.stateFile !== undefined) {
    args.push("--state", options.stateFile, "--state-interval", `${options.stateIntervalS ?? 5}`);
  }
  return args;
}

/**
 * Waits until the node answers as the chain it should be.
 *
 * @param {string} url
 * @param {() => boolean} hasEnded
 */
async function ready(url, hasEnded) {
  const deadline = Date.now() + READY_MS;
  while (!hasEnded() && Date.now() < deadline) {
    try {
      if ((await rpc(url, "eth_chainId", [], { timeoutMs: 2_000 })) === "0x7a69") return true;
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  return false;
}

/** A state that was taken in the future of the clock must not make time run backwards. */
async function keepTimeRising(/** @type {string} */ url) {
  /** @type {{ timestamp: string }} */
  const block = await rpc(url, "eth_getBlockByNumber", ["latest", false]);
  const aheadS = Number(block.timestamp) - Math.floor(Date.now() / 1000);
  if (aheadS > 0) await rpc(url, "evm_increaseTime", [aheadS]);
}

/**
 * @param {number} port
 * @param {AnvilOptions} options
 * @returns {Promise<Anvil>}
 */
async function startOn(port, options) {
  const config = {
    binary: foundryBinary("anvil"),
    args: anvilArguments(port, options),
    lock: options.lock ?? null,
    graceMs: GRACE_MS,
  };
  // Its own process group: Ctrl-C reaches the parent alone, which then ends it in good order.
  const keeper = spawn(process.execPath, [KEEPER, JSON.stringify(config)], {
    stdio: ["pipe", "ignore", "pipe"],
    detached: true,
    windowsHide: true,
  });
  let output = "";
  keeper.stderr.setEncoding("utf8").on("data", (/** @type {string} */ chunk) => {
    output = (output + chunk).slice(-4_000);
  });
  keeper.stdin.on("error", () => {});
  let gone = false;
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => {
    const end = () => {
      gone = true;
      resolve();
    };
    keeper.once("close", end);
    keeper.once("error", end);
  });
  const stop = async () => {
    keeper.stdin.end();
    const late = setTimeout(() => keeper.kill("SIGKILL"), 2 * GRACE_MS);
    await ended;
    clearTimeout(late);
  };
  const url = `http://${HOST}:${port}`;
  // Without an answer of ours in time, whoever else may have taken the port meanwhile.
  if (!(await ready(url, () => gone)) || gone) {
    await stop();
    throw new AnvilFailed(output);
  }
  await keepTimeRising(url);
  return { url, port, pid: keeper.pid ?? 0, ended, stop };
}

/**
 * Starts anvil from node_modules on this machine's loopback address, with chain id 31337 and the ten
 * accounts of its well-known test phrase.
 *
 * @param {AnvilOptions} [options]
 * @returns {Promise<Anvil>}
 */
export async function startAnvil(options = {}) {
  for (let attempt = 0; ; attempt += 1) {
    const port = await choosePort(options.port ?? null, attempt);
    try {
      return await startOn(port, options);
    } catch (error) {
      const again = error instanceof AnvilFailed && error.portTaken && attempt < 4;
      if (!again) throw error;
    }
  }
}
