import { expect, test } from "vitest";
import type { PairState } from "./evaluate.ts";
import { advance, lastStep, rateAt, startOf } from "./schedule.ts";

const RECIPE = { maxSteps: 100, learningRate: 1, warmupShare: 0.1 };
const MODES = ["loud", "quiet"] as const;

function state(margin: number, choiceMargin: number, shiftShare = 1): PairState {
  return { greedy: 0, hit: margin > 0, margin, choiceMargin, shiftShare, candidateLogProbs: [] };
}

test("a failing pair grows in weight up to the limit, a passing one stays", () => {
  let progress = startOf(2);
  const failing = [state(-1, 5), state(-9, 1)];
  progress = advance(progress, failing, MODES, 29, 100);
  expect(progress.pairWeights).toEqual([1, 1]);
  progress = advance(progress, failing, MODES, 30, 100);
  expect(progress.pairWeights).toEqual([1.25, 1]);
  for (let i = 0; i < 30; i++) progress = advance(progress, failing, MODES, 40, 100);
  expect(progress.pairWeights).toEqual([64, 1]);
  expect(progress.settledAt).toBeNull();
});

test("a bank settles after passing twice running, not twice in all", () => {
  const good = [state(1, 0), state(-9, 1)];
  const bad = [state(1, 9), state(-9, 1, 0.2)];
  let progress = advance(startOf(2), good, MODES, 10, 100);
  progress = advance(progress, bad, MODES, 20, 100);
  progress = advance(progress, good, MODES, 30, 100);
  expect(progress.settledAt).toBeNull();
  progress = advance(progress, good, MODES, 40, 100);
  expect(progress.settledAt).toBe(40);
  expect(lastStep(RECIPE, progress)).toBe(80);
  expect(advance(progress, bad, MODES, 50, 100)).toBe(progress);
});

test("the rate falls to a tenth over the cool-down and never past the last step", () => {
  const settled = { pairWeights: [1], passedRunning: 2, settledAt: 40 };
  const at40 = rateAt(RECIPE, settled, 40);
  expect(rateAt(RECIPE, settled, 60)).toBeCloseTo(0.55 * at40, 12);
  expect(rateAt(RECIPE, settled, 80)).toBeCloseTo(0.1 * at40, 12);
  expect(lastStep(RECIPE, { ...settled, settledAt: 95 })).toBe(100);
  expect(lastStep(RECIPE, startOf(1))).toBe(100);
});
