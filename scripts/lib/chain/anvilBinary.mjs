// @ts-check
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { ROOT } from "../paths.mjs";

/** @type {Record<string, string>} */
const NAMES = {
  "linux-x64": "linux-amd64",
  "linux-arm64": "linux-arm64",
  "darwin-x64": "darwin-amd64",
  "darwin-arm64": "darwin-arm64",
  "win32-x64": "win32-amd64",
};

/**
 * The anvil that npm installed for this machine. The package's own start script is passed over: it
 * costs a Node process and leaves anvil behind when it is killed.
 *
 * @param {string} [platform]
 * @param {string} [arch]
 * @returns {string} absolute path
 */
export function anvilBinary(platform = process.platform, arch = process.arch) {
  const name = NAMES[`${platform}-${arch}`];
  if (name === undefined) {
    throw new Error(`There is no anvil for ${platform} on ${arch}`);
  }
  const file = `bin/anvil${platform === "win32" ? ".exe" : ""}`;
  const resolve = createRequire(join(ROOT, "package.json")).resolve;
  try {
    const path = resolve(`@foundry-rs/anvil-${name}/${file}`);
    if (existsSync(path)) return path;
  } catch {
    // Said below.
  }
  throw new Error(`The package @foundry-rs/anvil-${name} is not installed; run "npm ci"`);
}
