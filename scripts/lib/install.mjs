// @ts-check
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./paths.mjs";

/** @typedef {Record<string, { version?: string, integrity?: string, optional?: boolean }>} LockPackages */

/**
 * Compares the lock file with the one that npm leaves inside node_modules once it has finished, so
 * that an interrupted install counts as none.
 *
 * @param {LockPackages} wanted `packages` of package-lock.json
 * @param {LockPackages} installed `packages` of node_modules/.package-lock.json
 */
export function lockSatisfied(wanted, installed) {
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "") return true;
    const found = installed[path];
    if (found === undefined) return entry.optional === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

/** @param {string} path @returns {LockPackages} */
function readPackages(path) {
  return JSON.parse(readFileSync(path, "utf8")).packages ?? {};
}

/** @param {string} [root] */
export function dependenciesInstalled(root = ROOT) {
  const wanted = readPackages(join(root, "package-lock.json"));
  try {
    return lockSatisfied(wanted, readPackages(join(root, "node_modules/.package-lock.json")));
  } catch {
    return false;
  }
}

/**
 * Runs a command in the checkout with all of its output on stderr.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {Promise<number>} exit status
 */
export function runOnStderr(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      stdio: ["ignore", process.stderr, process.stderr],
      shell: process.platform === "win32" && command === "npm",
    });
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

/** Runs `npm ci` when node_modules is missing or does not match the lock file. */
export async function ensureDependencies() {
  if (dependenciesInstalled()) return;
  process.stderr.write("Installing dependencies (npm ci)…\n");
  const args = ["ci", "--loglevel=warn", "--include=dev", "--no-audit", "--no-fund"];
  const npm = process.env.npm_execpath;
  const code =
    npm !== undefined && /npm-cli\.c?js$/.test(npm)
      ? await runOnStderr(process.execPath, [npm, ...args])
      : await runOnStderr("npm", args);
  if (code !== 0) {
    throw new Error(`npm ci failed with status ${code}. Check the network and run it by hand.`);
  }
}
