// @ts-check
import { spawn } from "node:child_process";
import { foundryBinary } from "../foundryBinary.mjs";
import { ROOT } from "../paths.mjs";

/** forge starts its compiler by path, and Windows starts no script without a known ending. */
const SOLC = process.platform === "win32" ? { FOUNDRY_SOLC: "scripts/solc.cmd" } : {};

/**
 * @typedef {object} ForgeOptions
 * @property {NodeJS.ProcessEnv} [env]
 * @property {boolean} [quiet] keep what it prints from the terminal; it is returned either way
 * @property {string} [cwd] the checkout unless told
 * @property {number} [timeoutMs] it is ended after this long, with a code other than 0
 */

/** @typedef {{ code: number, stdout: string, stderr: string }} Ended */

/**
 * Runs the forge that npm installed.
 *
 * @param {readonly string[]} args
 * @param {ForgeOptions} [options]
 * @returns {Promise<Ended>}
 */
export function forge(args, options = {}) {
  return run(foundryBinary("forge"), args, { ...options, env: { ...SOLC, ...options.env } });
}

/**
 * Runs a tool from node_modules with this Node.
 *
 * @param {readonly string[]} args path of the script and its arguments
 * @param {ForgeOptions} [options]
 * @returns {Promise<Ended>}
 */
export function runTool(args, options = {}) {
  return run(process.execPath, args, options);
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {ForgeOptions} options
 * @returns {Promise<Ended>}
 */
function run(command, args, { env = {}, quiet = false, cwd = ROOT, timeoutMs }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, NO_COLOR: "1", ...env },
      stdio: ["ignore", "pipe", "pipe"],
      ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
    });
    const stdout = collect(child.stdout, quiet ? null : process.stdout);
    const stderr = collect(child.stderr, quiet ? null : process.stderr);
    child.once("error", reject);
    child.once("close", (code) =>
      resolve({ code: code ?? 1, stdout: stdout.text(), stderr: stderr.text() }),
    );
  });
}

/**
 * @param {import("node:stream").Readable} stream
 * @param {NodeJS.WritableStream | null} echo
 */
function collect(stream, echo) {
  /** @type {Buffer[]} */
  const chunks = [];
  stream.on("data", (/** @type {Buffer} */ chunk) => {
    chunks.push(chunk);
    echo?.write(chunk);
  });
  return { text: () => Buffer.concat(chunks).toString("utf8") };
}
