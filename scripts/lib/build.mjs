// @ts-check
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { runOnStderr } from "./install.mjs";
import { ROOT } from "./paths.mjs";

const SOURCES = ["index.html", "package-lock.json", "vite.config.ts", "public", "src", "workers"];
const BUILDS = join(ROOT, ".cache", "builds");
const KEPT_MS = 7 * 24 * 3_600_000;

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

/** Old builds go after a week; a server that still shows one has long been restarted. */
function prune() {
  for (const name of readdirSync(BUILDS)) {
    const path = join(BUILDS, name);
    const ageMs = Date.now() - statSync(path).mtimeMs;
    if (ageMs > KEPT_MS) rmSync(path, { recursive: true, force: true });
  }
}

/**
 * Builds the studio when a source has changed since. Every build has a folder of its own, named after
 * its sources, so that a later one does not change pages under a server that is running.
 *
 * @param {{ force?: boolean, quiet?: boolean }} [options] quiet says nothing unless it fails
 * @returns {Promise<string>} the folder to serve
 */
export async function ensureBuild({ force = false, quiet = false } = {}) {
  const target = join(BUILDS, sourceHash().slice(0, 16));
  const present = existsSync(join(target, "index.html"));
  if (present && !force) return target;
  if (!quiet) process.stderr.write("Building the studio…\n");
  const fresh = join(ROOT, ".cache", `build-${process.pid}`);
  try {
    const vite = join(ROOT, "node_modules/vite/bin/vite.js");
    const level = quiet ? "error" : "warn";
    const args = [vite, "build", "--outDir", fresh, "--emptyOutDir", "--logLevel", level];
    const code = await runOnStderr(process.execPath, args);
    if (code !== 0) throw new Error(`The build failed with status ${code}.`);
    mkdirSync(BUILDS, { recursive: true });
    prune();
    // Another command may have built the same meanwhile; either will do.
    if (!existsSync(join(target, "index.html"))) renameSync(fresh, target);
    return target;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}
