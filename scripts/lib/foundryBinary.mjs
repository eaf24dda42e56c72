// @ts-check
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { ROOT } from "./paths.mjs";

/** @type {Record<string, string>} */
const NAMES = {
  "linux-x64": "linux-amd64",
  "linux-arm64": "linux-arm64",
  "darwin-x64": "darwin-amd64",
  "darwin-arm64": "darwin-arm64",
  "win32-x64": "win32-amd64",
};

/**
 * The anvil or forge that npm installed for this machine. The packages' own start scripts are passed
 * over: they cost a Node process, leave the tool behind when they are killed, and end with 0 however
 * the tool ended.
 *
 * @param {"anvil" | "forge"} tool
 * @param {string} [platform]
 * @param {string} [arch]
 * @returns {string} absolute path
 */
export function foundryBinary(tool, platform = process.platform, arch = process.arch) {
  const name = NAMES[`${platform}-${arch}`];
  if (name === undefined) {
    throw new Error(`There is no ${tool} for ${platform} on ${arch}`);
  }
  const file = `bin/${tool}${platform === "win32" ? ".exe" : ""}`;
  const resolve = createRequire(join(ROOT, "package.json")).resolve;
  try {
    const path = resolve(`@foundry-rs/${tool}-${name}/${file}`);
    if (existsSync(path)) return path;
  } catch {
    // Said below.
  }
  throw new Error(`The package @foundry-rs/${tool}-${name} is not installed; run "npm ci"`);
}
