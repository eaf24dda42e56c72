// @ts-check
// Writes what src/chain needs to know of the contracts: `npm run contracts`, or with --check only
// compares.
import { ensureDependencies } from "./lib/install.mjs";
import { requireNode } from "./lib/nodeVersion.mjs";

requireNode();
await ensureDependencies();
const { parseOptions } = await import("./lib/options.mjs");
const { forge } = await import("./lib/contracts/forge.mjs");
const { deployableContracts } = await import("./lib/contracts/artifacts.mjs");
const { BINDINGS, staleBindings, writeBindings } = await import("./lib/contracts/bindings.mjs");

const { values } = parseOptions(process.argv.slice(2), { check: { type: "boolean" } });
const { code } = await forge(["build"]);
if (code !== 0) {
  process.exitCode = code;
} else if (values.check === true) {
  const problems = staleBindings(deployableContracts());
  for (const problem of problems) console.log(problem);
  if (problems.length > 0) console.log("Run `npm run contracts` and commit what it writes.");
  process.exitCode = problems.length > 0 ? 1 : 0;
} else {
  const contracts = deployableContracts();
  writeBindings(contracts);
  console.log(`Wrote ${contracts.length} contracts to ${BINDINGS}.`);
}
