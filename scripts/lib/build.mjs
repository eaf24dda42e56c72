// @ts-check
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runOnStderr } from "./install.mjs";
import { ROOT } from "./paths.mjs";

const SOURCES = ["index.html", "package-lock.json", "vite.config.ts", "public", "src", "workers"];
const STAMP = ".source-hash";

export const DIST = join(ROOT, "dist");

/**
 * @param {string} root
 * @param {string} path relative, with forward slashes
 * @returns {string[]} files that the build reads, sorted; tests are none of them
 */
function filesUnder(root, path) {
  const entries = readdirSync(join(root, path), { withFileTypes: true });
  return entries
    .filter((entry) => !entry.name.startsWith(".") && entry.name !== "fixtures")
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const child = `${path}/${entry.name}`;
      if (entry.isDirectory()) return filesUnder(root, child);
      return /\.test\.tsx?$/.test(entry.name) ? [] : [child];
    });
}

/**
 * @param {string} [root]
 * @returns {string} SHA-256 over names and contents of everything that the build reads
 */
export function sourceHash(root = ROOT) {
  const hash = createHash("sha256");
  for (const source of SOURCES) {
    const path = join(root, source);
    if (!existsSync(path)) continue;
    const files = /\./.test(source) ? [source] : filesUnder(root, source);
    for (const file of files) {
      const bytes = readFileSync(join(root, file));
      hash.update(`${file}\0${bytes.length}\0`).update(bytes);
    }
  }
  return hash.digest("hex");
}

/** @param {string} hash */
function isFresh(hash) {
  try {
    return existsSync(join(DIST, "index.html")) && readFileSync(join(DIST, STAMP), "utf8") === hash;
  } catch {
    return false;
  }
}

/**
 * Builds dist when a source has changed since. The build goes to a folder of its own and is swapped
 * in whole, so that two commands at once do not tear each other's pages.
 *
 * @param {{ force?: boolean, quiet?: boolean }} [options] quiet says nothing unless it fails
 */
export async function ensureBuild({ force = false, quiet = false } = {}) {
  const hash = sourceHash();
  if (!force && isFresh(hash)) return;
  if (!quiet) process.stderr.write("Building the studio…\n");
  const fresh = join(ROOT, ".cache", `build-${process.pid}`);
  const old = `${fresh}-old`;
  try {
    const vite = join(ROOT, "node_modules/vite/bin/vite.js");
    const args = [
      vite,
      "build",
      "--outDir",
      fresh,
      "--emptyOutDir",
      "--logLevel",
      quiet ? "error" : "warn",
    ];
    const code = await runOnStderr(process.execPath, args);
    if (code !== 0) throw new Error(`The build failed with status ${code}.`);
    writeFileSync(join(fresh, STAMP), hash);
    if (existsSync(DIST)) renameSync(DIST, old);
    renameSync(fresh, DIST);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
}
