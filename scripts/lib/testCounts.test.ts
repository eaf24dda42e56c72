import { expect, test } from "vitest";
import { checkCounts, ownCounts, playwrightCounts, vitestCounts } from "./testCounts.mjs";

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((each) => ({ status: each })),
});

test("vitest: tests are counted, and files that do not load", () => {
  const report = {
    numPassedTests: 5,
    numFailedTests: 1,
    numPendingTests: 2,
    testResults: [file("passed", "passed"), file("failed", "failed"), file("failed")],
  };
  expect(vitestCounts(report, 1)).toEqual({ passed: 5, failed: 2, skipped: 2 });
});

test("vitest: a failing exit without a failing test still fails", () => {
  const report = { numPassedTests: 5, numFailedTests: 0, testResults: [file("passed", "passed")] };
  expect(vitestCounts(report, 0)).toEqual({ passed: 5, failed: 0, skipped: 0 });
  expect(vitestCounts(report, 1)).toEqual({ passed: 5, failed: 1, skipped: 0 });
  expect(vitestCounts(null, 0).failed).toBe(1);
});

test("Playwright: tests and errors outside of them", () => {
  const stats = { expected: 7, unexpected: 2, flaky: 1, skipped: 3 };
  expect(playwrightCounts({ stats }, 1)).toEqual({ passed: 8, failed: 2, skipped: 3 });
  expect(playwrightCounts({ stats, errors: [{}] }, 1).failed).toBe(3);
  const clean = { expected: 7, unexpected: 0, flaky: 0, skipped: 0 };
  expect(playwrightCounts({ stats: clean }, 0).failed).toBe(0);
  expect(playwrightCounts({ stats: clean }, 1).failed).toBe(1);
  expect(playwrightCounts(null, 0).failed).toBe(1);
});

test("a check counts as one", () => {
  expect(checkCounts(null, 0)).toEqual({ passed: 1, failed: 0, skipped: 0 });
  expect(checkCounts(null, 2)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test("a stage that counts for itself is believed unless it ended badly", () => {
  const report = { passed: 9, failed: 0, skipped: 1 };
  expect(ownCounts(report, 0)).toEqual(report);
  expect(ownCounts(report, 1)).toEqual({ passed: 9, failed: 1, skipped: 1 });
  expect(ownCounts({ ...report, failed: 4 }, 1).failed).toBe(4);
  expect(ownCounts(null, 0).failed).toBe(1);
});
