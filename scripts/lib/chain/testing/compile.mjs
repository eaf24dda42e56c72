// @ts-check
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { ROOT } from "../../paths.mjs";

/** @typedef {`0x${string}`} Hex */

/** @param {string} name as it is imported */
const placeOf = (name) =>
  name.startsWith("@") ? join(ROOT, "node_modules", name) : join(ROOT, name);

/**
 * A file and all that it imports, by their names.
 *
 * @param {string} name
 * @param {Record<string, { content: string }>} [found]
 */
function sourcesOf(name, found = {}) {
  if (Object.hasOwn(found, name)) return found;
  const content = readFileSync(placeOf(name), "utf8");
  found[name] = { content };
  for (const [, wanted] of content.matchAll(/^\s*import\s[^"']*["']([^"']+)["']/gm)) {
    sourcesOf(wanted.startsWith(".") ? posix.join(dirname(name), wanted) : wanted, found);
  }
  return found;
}

/**
 * Compiles one contract of the tests, which have no bindings, with the compiler that forge uses.
 *
 * @param {string} file below the root of the checkout, with slashes
 * @param {string} contract
 * @returns {{ abi: import("viem").Abi, bytecode: Hex }}
 */
export function compileContract(file, contract) {
  const input = {
    language: "Solidity",
    sources: sourcesOf(file),
    settings: {
      evmVersion: "cancun",
      outputSelection: { [file]: { [contract]: ["abi", "evm.bytecode.object"] } },
    },
  };
  const text = execFileSync(process.execPath, [join(ROOT, "scripts/solc.mjs")], {
    input: JSON.stringify(input),
    maxBuffer: 64 * 1024 * 1024,
    encoding: "utf8",
  });
  const { contracts, errors = [] } = JSON.parse(text);
  const compiled = contracts?.[file]?.[contract];
  if (compiled === undefined) throw new Error(errors[0]?.formattedMessage ?? `no ${contract}`);
  return { abi: compiled.abi, bytecode: `0x${compiled.evm.bytecode.object}` };
}
