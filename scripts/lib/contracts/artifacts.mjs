// @ts-check
import { readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { ROOT } from "../paths.mjs";

/**
 * @typedef {{ type: string, name?: string, [key: string]: unknown }} AbiEntry
 * @typedef {object} Artifact
 * @property {string} name
 * @property {string} source path in the checkout
 * @property {AbiEntry[]} abi
 * @property {string} bytecode creation code in hex with 0x
 * @property {string} runtime code on the chain, with zeros where immutables are written
 * @property {[start: number, length: number][]} immutables ranges of those zeros, in bytes
 */

/**
 * @param {string} name
 * @param {string} source
 * @param {any} json what forge wrote
 * @returns {Artifact | null} null for what cannot be deployed: abstract contracts and interfaces
 */
export function parseArtifact(name, source, json) {
  const bytecode = json.bytecode?.object ?? "0x";
  const runtime = json.deployedBytecode?.object ?? "0x";
  if (bytecode === "0x") return null;
  if (!/^0x[0-9a-f]+$/.test(bytecode)) throw new Error(`${name} needs a library to be linked.`);
  /** @type {{ start: number, length: number }[]} */
  const references = Object.values(json.deployedBytecode.immutableReferences ?? {}).flat();
  const immutables = references
    .map(({ start, length }) => /** @type {[number, number]} */ ([start, length]))
    .sort(([a], [b]) => a - b);
  return { name, source, abi: json.abi, bytecode, runtime, immutables };
}

/** @param {string} folder @returns {string[]} Solidity files below it, sorted */
export function solidityFiles(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return solidityFiles(path);
      return entry.name.endsWith(".sol") ? [path] : [];
    })
    .sort();
}

/**
 * Every contract of contracts/src that can be deployed; each has the name of its file. Libraries are
 * internal, so that their code is in the contracts that use them.
 *
 * @param {{ root?: string, out?: string }} [where]
 * @returns {Artifact[]}
 */
export function deployableContracts({ root = ROOT, out = join(root, ".cache/forge/out") } = {}) {
  const folder = join(root, "contracts/src");
  return solidityFiles(folder).flatMap((path) => {
    const source = path.slice(root.length + 1).replaceAll("\\", "/");
    if (/^contracts\/src\/(interfaces|lib)\//.test(source)) return [];
    const name = basename(path, ".sol");
    const json = JSON.parse(readFileSync(join(out, `${name}.sol`, `${name}.json`), "utf8"));
    const artifact = parseArtifact(name, source, json);
    return artifact === null ? [] : [artifact];
  });
}
