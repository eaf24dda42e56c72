import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runStage } from "./runStage.mjs";
import { checkCounts, vitestCounts } from "./testCounts.mjs";

const FAILED = { passed: 0, failed: 1, skipped: 0 };

test("all commands of a stage run, and one that fails is enough", async () => {
  const folder = mkdtempSync(join(tmpdir(), "signet-stage-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const report = join(folder, "report.json");
  const write = `fs.writeFileSync(${JSON.stringify(report)}, '{"numPassedTests":2,"numFailedTests":0}')`;
  const counts = await runStage({
    name: "stage",
    commands: [
      ["-e", "process.exit(3)"],
      ["-e", write],
    ],
    report,
    count: vitestCounts,
    limitMs: 20_000,
  });
  expect(counts).toEqual({ passed: 2, failed: 1, skipped: 0 });
});

test("a report of an earlier run is not counted", async () => {
  const folder = mkdtempSync(join(tmpdir(), "signet-stage-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const report = join(folder, "report.json");
  const write = `fs.writeFileSync(${JSON.stringify(report)}, '{"numPassedTests":2,"numFailedTests":0}')`;
  const stage = { name: "stage", report, count: vitestCounts, limitMs: 20_000 };
  await runStage({ ...stage, commands: [["-e", write]] });
  expect(await runStage({ ...stage, commands: [["-e", "0"]] })).toEqual(FAILED);
});

test("a stage that hangs is ended", async () => {
  const commands = [["-e", "setInterval(() => {}, 1000)"]];
  const stage = { name: "stage", commands, count: checkCounts, limitMs: 500 };
  expect(await runStage(stage)).toEqual(FAILED);
});
