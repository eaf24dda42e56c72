// @ts-check
// The stage `contracts` of npm test: builds, lints, tests and measures the contracts, and writes the
// counts to the file named as argument.
import { writeFileSync } from "node:fs";
import { basename } from "node:path";
import { deployableContracts } from "./artifacts.mjs";
import { staleBindings } from "./bindings.mjs";
import { measureCoverage } from "./coverage.mjs";
import { forge, runTool } from "./forge.mjs";
import { readSnapshots, readTargets, snapshotProblems, targetProblems } from "./gas.mjs";
import { coverageProblems, coverageTable } from "./lcov.mjs";
import { measureGas } from "./measureGas.mjs";
import { SIZE_LIMIT_BYTES, contractSizes } from "./sizes.mjs";
import { forgeCounts, forgeFailures, parseForgeReport } from "./testReport.mjs";

const SOURCES = ["contracts/src", "contracts/script"];

/** What forge lint compiles has no code in it, so it must not stand where the tests look for theirs. */
const LINT_ENV = {
  FOUNDRY_OUT: ".cache/forge/lint/out",
  FOUNDRY_CACHE_PATH: ".cache/forge/lint/cache",
};

const counts = { passed: 0, failed: 0, skipped: 0 };

/**
 * One check that counts as one test.
 *
 * @param {string} name
 * @param {() => Promise<readonly string[]> | readonly string[]} problems a line for each
 */
async function check(name, problems) {
  const startedAt = performance.now();
  let lines;
  try {
    lines = await problems();
  } catch (error) {
    lines = [error instanceof Error ? error.message : String(error)];
  }
  counts[lines.length === 0 ? "passed" : "failed"] += 1;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${lines.length === 0 ? "ok  " : "FAIL"} ${name} (${seconds} s)`);
  for (const line of lines) console.log(`     ${line}`);
}

async function build() {
  const { code } = await forge(["build"]);
  return code === 0 ? [] : ["forge build failed"];
}

async function forgeLint() {
  // It ends with 0 whatever it finds.
  const { code, stderr } = await forge(["lint", ...SOURCES], { env: LINT_ENV });
  return code === 0 && !/^(warning|note|error)\[/m.test(stderr)
    ? []
    : ["forge lint found something"];
}

async function solhint() {
  const globs = SOURCES.map((folder) => `${folder}/**/*.sol`);
  const args = ["--disc", "--noPoster", "--max-warnings", "0", ...globs];
  const { code } = await runTool(["node_modules/solhint/solhint.js", ...args]);
  return code === 0 ? [] : ["solhint found something"];
}

function sizes() {
  return contractSizes(deployableContracts())
    .filter(({ fits }) => !fits)
    .map(({ name, sizeBytes }) => `${name} has ${sizeBytes} bytes of ${SIZE_LIMIT_BYTES}`);
}

async function test() {
  const { code, stdout } = await forge(["test", "--json"], { quiet: true });
  const report = parseForgeReport(stdout);
  const found = forgeCounts(report, code);
  for (const failure of forgeFailures(report)) console.log(`FAIL ${failure}`);
  if (report === null) console.log(stdout.slice(-4_000));
  console.log(`${found.passed} tests passed, ${found.failed} failed`);
  counts.passed += found.passed;
  counts.failed += found.failed;
  counts.skipped += found.skipped;
}

async function gas() {
  const measured = await measureGas();
  return [
    ...snapshotProblems(readSnapshots(), measured),
    ...targetProblems(readTargets(), measured),
  ];
}

async function coverage() {
  const files = await measureCoverage(true);
  const problems = coverageProblems(files);
  if (problems.length > 0) console.log(coverageTable(files));
  return problems;
}

const report = process.argv[2];
if (report === undefined) throw new Error(`usage: ${basename(process.argv[1])} REPORT`);
await check("build", build);
await check("sizes", sizes);
await check("bindings", () => staleBindings(deployableContracts()));
await check("forge lint", forgeLint);
await check("solhint", solhint);
await test();
await check("gas", gas);
await check("coverage", coverage);
writeFileSync(report, JSON.stringify(counts));
process.exitCode = counts.failed > 0 ? 1 : 0;
