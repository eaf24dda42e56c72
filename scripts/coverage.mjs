// @ts-check
// Prints which lines and branches of the contracts the tests reach; ends with 1 below the thresholds.
import { ensureDependencies } from "./lib/install.mjs";
import { requireNode } from "./lib/nodeVersion.mjs";

requireNode();
await ensureDependencies();
const { measureCoverage } = await import("./lib/contracts/coverage.mjs");
const { coverageProblems, coverageTable } = await import("./lib/contracts/lcov.mjs");

const files = await measureCoverage(true);
console.log(coverageTable(files));
const problems = coverageProblems(files);
for (const problem of problems) console.log(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
