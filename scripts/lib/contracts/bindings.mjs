// @ts-check
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { ROOT } from "../paths.mjs";

/** @typedef {import("./artifacts.mjs").Artifact} Artifact */

export const BINDINGS = join(ROOT, "src/chain/generated");

/** @param {string} hex with 0x */
const keccak = (hex) => `0x${bytesToHex(keccak_256(hexToBytes(hex.slice(2))))}`;

/** @param {string} name */
const camel = (name) => name.charAt(0).toLowerCase() + name.slice(1);

/**
 * One entry of the ABI a line, so that a change shows as what it is.
 *
 * @param {Artifact} artifact
 * @returns {{ file: string, text: string }}
 */
export function renderBinding({ name, source, abi, bytecode, runtime, immutables }) {
  const id = camel(name);
  const entries = abi.map((entry) => `  ${JSON.stringify(entry)},\n`).join("");
  const text = `// Made by \`npm run contracts\` from ${source}; not to be edited.

export const ${id}Abi = [
${entries}] as const;

/** Creation code, to which the constructor's arguments are appended. */
export const ${id}Bytecode: \`0x\${string}\` =
  "${bytecode}";

/**
 * The code that stands on a chain has this keccak256 once the bytes of its immutables, [start, length],
 * are set to zero.
 */
export const ${id}Runtime: {
  readonly hash: \`0x\${string}\`;
  readonly immutables: readonly (readonly [start: number, length: number])[];
} = {
  hash: "${keccak(runtime)}",
  immutables: ${JSON.stringify(immutables)},
};
`;
  return { file: `${id}.ts`, text };
}

/** @param {string} folder @returns {Map<string, string>} file name to text */
function readFolder(folder) {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith(".ts"));
    return new Map(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
  } catch {
    return new Map();
  }
}

/**
 * @param {readonly Artifact[]} artifacts
 * @param {string} [folder]
 * @returns {string[]} what is wrong with the files in the folder, a line each
 */
export function staleBindings(artifacts, folder = BINDINGS) {
  const present = readFolder(folder);
  const problems = artifacts.map(renderBinding).flatMap(({ file, text }) => {
    const found = present.get(file);
    present.delete(file);
    if (found === undefined) return [`${file} is missing`];
    return found === text ? [] : [`${file} is not what the contract compiles to`];
  });
  return [...problems, ...[...present.keys()].map((file) => `${file} belongs to no contract`)];
}

/**
 * @param {readonly Artifact[]} artifacts
 * @param {string} [folder]
 */
export function writeBindings(artifacts, folder = BINDINGS) {
  mkdirSync(folder, { recursive: true });
  for (const name of readFolder(folder).keys()) rmSync(join(folder, name));
  for (const { file, text } of artifacts.map(renderBinding))
    writeFileSync(join(folder, file), text);
}
