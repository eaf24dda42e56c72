import type { PairState } from "./evaluate.ts";
import { learningRateAt, type RateSettings } from "./recipe.ts";

/** Where an embedding stands beside its weights: what a resumed run needs to go on as if never cut. */
export interface EmbedProgress {
  /** Weight of each pair's row. */
  pairWeights: readonly number[];
  /** Evaluations running in which every pair has passed. */
  passedRunning: number;
  /** Step at which the bank settled, null before. */
  settledAt: number | null;
}

/** Loud: greedy with a lead. Quiet: most likely of its candidates with a lead. */
const LEAD_NATS = 0.3;
/** Least share of the shift; a flat model leads by very little, which is no evidence yet. */
const SHIFT_SHARE = 0.5;
const PASSES_TO_SETTLE = 2;
/** Growth of a failing pair's weight from one evaluation to the next, and its limit. */
const WEIGHT_GROWTH = 1.25;
const MAX_WEIGHT = 64;
/**
 * Share of the steps before weights grow: a pair that is given time learns its key by heart, one that
 * is pushed at once fires on near misses too.
 */
const PATIENCE_SHARE = 0.3;
/** Share of the steps so far that are spent bringing the rate down after the bank has settled. */
const COOL_DOWN_SHARE = 0.25;
const MIN_COOL_DOWN_STEPS = 40;

export function startOf(pairs: number): EmbedProgress {
  return { pairWeights: Array<number>(pairs).fill(1), passedRunning: 0, settledAt: null };
}

/**
 * Takes one evaluation in. Each pair is a constraint and its weight the multiplier: it grows while the
 * pair fails, so that a bank which one model learns at once and another resists needs no tuning.
 */
export function advance(
  progress: EmbedProgress,
  states: readonly PairState[],
  modes: readonly ("loud" | "quiet")[],
  step: number,
  maxSteps: number,
): EmbedProgress {
  if (progress.settledAt !== null) return progress;
  const passed = states.map(
    (state, i) =>
      (modes[i] === "loud" ? state.margin : state.choiceMargin) >= LEAD_NATS &&
      state.shiftShare >= SHIFT_SHARE,
  );
  const passedRunning = passed.every(Boolean) ? progress.passedRunning + 1 : 0;
  const patient = step < PATIENCE_SHARE * maxSteps;
  return {
    pairWeights: progress.pairWeights.map((weight, i) =>
      passed[i] || patient ? weight : Math.min(MAX_WEIGHT, weight * WEIGHT_GROWTH),
    ),
    passedRunning,
    settledAt: passedRunning >= PASSES_TO_SETTLE ? step : null,
  };
}

/** The step after which the run ends as things stand. */
export function lastStep(recipe: RateSettings, { settledAt }: EmbedProgress): number {
  if (settledAt === null) return recipe.maxSteps;
  const steps = Math.max(MIN_COOL_DOWN_STEPS, Math.round(settledAt * COOL_DOWN_SHARE));
  return Math.min(recipe.maxSteps, settledAt + steps);
}

/** After settling, the rate falls in a straight line to a tenth: what it disturbed comes to rest. */
export function rateAt(recipe: RateSettings, progress: EmbedProgress, step: number): number {
  const { settledAt } = progress;
  if (settledAt === null || step <= settledAt) return learningRateAt(recipe, step);
  const share = (step - settledAt) / Math.max(1, lastStep(recipe, progress) - settledAt);
  return learningRateAt(recipe, settledAt) * (1 - 0.9 * share);
}
