// @ts-check
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { ensureDependencies } from "./lib/install.mjs";
import { requireNode } from "./lib/nodeVersion.mjs";
import { ROOT } from "./lib/paths.mjs";
import { runStage } from "./lib/runStage.mjs";
import { checkCounts, ownCounts, playwrightCounts, vitestCounts } from "./lib/testCounts.mjs";

/** @typedef {import("./lib/runStage.mjs").Stage} Stage */

const REPORTS = join(ROOT, ".cache", "reports");
const MINUTE_MS = 60_000;
/** @param {string} path */
const tool = (path) => join("node_modules", path);

/** @param {string} project @returns {Stage} */
function vitest(project) {
  const report = join(REPORTS, `${project}.json`);
  const args = ["run", "--project", project, "--reporter=default", "--reporter=json"];
  return {
    name: project,
    commands: [[tool("vitest/vitest.mjs"), ...args, `--outputFile.json=${report}`]],
    report,
    count: vitestCounts,
    limitMs: 15 * MINUTE_MS,
  };
}

/** @param {string} name @param {...string[]} commands @returns {Stage} */
function check(name, ...commands) {
  return { name, commands, count: checkCounts, limitMs: 8 * MINUTE_MS };
}

const CONTRACTS_REPORT = join(REPORTS, "contracts.json");
const E2E_REPORT = join(REPORTS, "e2e.json");

/** @type {Stage[]} */
const STAGES = [
  check(
    "lint",
    [tool("oxlint/bin/oxlint"), "--deny-warnings"],
    [tool("oxfmt/bin/oxfmt"), "--check"],
  ),
  check("types", [tool("typescript/bin/tsc"), "--noEmit"]),
  {
    name: "contracts",
    commands: [["scripts/lib/contracts/stage.mjs", CONTRACTS_REPORT]],
    report: CONTRACTS_REPORT,
    count: ownCounts,
    limitMs: 20 * MINUTE_MS,
  },
  vitest("unit"),
  vitest("gpu"),
  check("build", ["scripts/lib/buildCommand.mjs"]),
  {
    name: "e2e",
    commands: [[tool("@playwright/test/cli.js"), "test", "--reporter=list,json"]],
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: E2E_REPORT },
    report: E2E_REPORT,
    count: playwrightCounts,
    limitMs: 40 * MINUTE_MS,
  },
];

/** @returns {Stage[]} those named as arguments, or all */
function chosenStages() {
  const names = process.argv.slice(2);
  const unknown = names.find((name) => !STAGES.some((stage) => stage.name === name));
  if (unknown !== undefined) {
    throw new Error(
      `No stage "${unknown}"; there are ${STAGES.map(({ name }) => name).join(", ")}.`,
    );
  }
  return names.length === 0 ? STAGES : STAGES.filter(({ name }) => names.includes(name));
}

/** @returns {Promise<number>} the number of failed tests */
async function main() {
  requireNode();
  const stages = chosenStages();
  await ensureDependencies();
  const { ensureChromium } = await import("./chromium.mjs");
  process.env.SIGNET_CHROMIUM = await ensureChromium();
  console.log(`Chromium: ${process.env.SIGNET_CHROMIUM}`);
  mkdirSync(REPORTS, { recursive: true });
  const lines = [];
  let passed = 0;
  let failed = 0;
  for (const stage of stages) {
    console.log(`\n=== ${stage.name}`);
    const startedAt = performance.now();
    const counts = await runStage(stage);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : "";
    lines.push(
      `${counts.failed > 0 ? "FAIL" : "ok  "} ${stage.name.padEnd(9)} ${seconds.padStart(7)} s  ` +
        `${counts.passed} ok, ${counts.failed} not${skipped}`,
    );
    passed += counts.passed;
    failed += counts.failed;
    console.log(`=== ${stage.name} took ${seconds} s`);
  }
  console.log(`\n${lines.join("\n")}\n\n${passed} passed, ${failed} failed`);
  return failed;
}

try {
  process.exitCode = (await main()) > 0 ? 1 : 0;
} catch (error) {
  console.log(error instanceof Error ? error.message : String(error));
  console.log("0 passed, 1 failed");
  process.exitCode = 1;
}
