// @ts-check
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "vite";
import { ROOT } from "../paths.mjs";

const FOLDER = join(ROOT, ".cache", "chain-code");
const KEPT_MS = 7 * 24 * 3_600_000;

/** Modules of earlier sources go after a week. */
function prune() {
  for (const name of readdirSync(FOLDER)) {
    const path = join(FOLDER, name);
    if (Date.now() - statSync(path).mtimeMs > KEPT_MS) rmSync(path, { force: true });
  }
}

/**
 * Imports a TypeScript module of the studio in Node, so that scripts use the very code and bindings
 * that the page uses. Packages stay outside; they are found in node_modules as ever.
 *
 * @template [T=Record<string, unknown>]
 * @param {string} entry path below the root of the checkout
 * @returns {Promise<T>}
 */
export async function importTypeScript(entry) {
  const result = await build({
    configFile: false,
    root: ROOT,
    logLevel: "error",
    publicDir: false,
    resolve: { alias: { "@": join(ROOT, "src") } },
    build: { ssr: join(ROOT, entry), write: false, minify: false, target: "node20" },
  });
  const output = Array.isArray(result) ? result[0] : result;
  if (!("output" in output) || output.output.length !== 1) {
    throw new Error(`${entry} did not become one module`);
  }
  const [{ code }] = output.output;
  const path = join(FOLDER, `${createHash("sha256").update(code).digest("hex").slice(0, 16)}.mjs`);
  if (!existsSync(path)) {
    mkdirSync(FOLDER, { recursive: true });
    prune();
    const fresh = `${path}.${process.pid}`;
    writeFileSync(fresh, code);
    renameSync(fresh, path);
  }
  return import(pathToFileURL(path).href);
}
