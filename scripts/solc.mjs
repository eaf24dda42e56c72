#!/usr/bin/env node
// A `solc` for forge, backed by the compiler that the npm package carries as WebAssembly: it knows
// --version and --standard-json on standard input, which is all that forge asks.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const solc = createRequire(import.meta.url)("solc");

if (process.argv.includes("--version")) {
  console.log(`solc, the solidity compiler commandline interface\nVersion: ${solc.version()}`);
} else {
  process.stdout.write(solc.compile(readFileSync(0, "utf8")));
}
