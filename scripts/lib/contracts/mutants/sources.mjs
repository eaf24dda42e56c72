// @ts-check
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join, posix } from "node:path";

/** @typedef {Record<string, { content: string }>} Sources */

const IMPORT = /^\s*import\s+(?:[^"';]*?from\s+)?["']([^"']+)["']\s*;/gm;

/**
 * A file with all that it imports, by the paths that forge gives to solc.
 *
 * @param {string} root
 * @param {string} entry path in the checkout
 * @param {Sources} [found]
 * @returns {Sources}
 */
export function importClosure(root, entry, found = {}) {
  if (found[entry] !== undefined) return found;
  const path = entry.startsWith("@openzeppelin/") ? join("node_modules", entry) : entry;
  const content = readFileSync(join(root, path), "utf8");
  found[entry] = { content };
  for (const [, target] of content.matchAll(IMPORT)) {
    const next = target.startsWith(".") ? posix.join(posix.dirname(entry), target) : target;
    importClosure(root, next, found);
  }
  return found;
}

/** @typedef {{ code: string | null, ast: Record<string, any>, error: string | null }} Compiled */

/**
 * Compiles without the optimizer, which takes a third of the time.
 *
 * @param {Sources} sources
 * @param {string} file
 * @param {string} contract
 * @param {boolean} [withTrees]
 * @returns {Compiled} creation code in hex with 0x, or the first error
 */
export function compile(sources, file, contract, withTrees = false) {
  const solc = createRequire(import.meta.url)("solc");
  const trees = withTrees ? { "": ["ast"] } : {};
  const outputSelection = { "*": trees, [file]: { ...trees, [contract]: ["evm.bytecode.object"] } };
  const settings = {
    evmVersion: "cancun",
    optimizer: { enabled: false },
    metadata: { bytecodeHash: "none", appendCBOR: false },
    outputSelection,
  };
  const output = JSON.parse(
    solc.compile(JSON.stringify({ language: "Solidity", sources, settings })),
  );
  const error = output.errors?.find(
    (/** @type {{ severity: string }} */ { severity }) => severity === "error",
  );
  if (error !== undefined) return { code: null, ast: {}, error: error.formattedMessage };
  const code = `0x${output.contracts[file][contract].evm.bytecode.object}`;
  const parsed = Object.entries(output.sources ?? {}).map(([name, { ast }]) => [name, ast]);
  return { code, ast: Object.fromEntries(parsed), error: null };
}
