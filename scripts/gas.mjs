// @ts-check
// Prints what each operation costs, as a table for the docs. --write also puts the figures into
// contracts/snapshots, with which the stage `contracts` compares.
import { ensureDependencies } from "./lib/install.mjs";
import { requireNode } from "./lib/nodeVersion.mjs";

requireNode();
await ensureDependencies();
const { parseOptions } = await import("./lib/options.mjs");
const { gasTable, readTargets, writeSnapshots } = await import("./lib/contracts/gas.mjs");
const { measureGas } = await import("./lib/contracts/measureGas.mjs");

const { values } = parseOptions(process.argv.slice(2), { write: { type: "boolean" } });
const measured = await measureGas();
console.log(gasTable(readTargets(), measured));
if (values.write === true) writeSnapshots(measured);
