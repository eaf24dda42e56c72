import type { LoadedModel, StepResult, Trainer, TrainerState } from "@/engine/types.ts";
import { concatBytes } from "@noble/hashes/utils.js";
import { throwIfAborted } from "@/lib/errors.ts";
import { uint32 } from "../encoding.ts";
import { SeededStream } from "../random.ts";
import { makeBatch, makeInnerBatch, type EmbedData } from "./batch.ts";
import { readPairs, type PairState } from "./evaluate.ts";
import { learningRateAt, type Recipe } from "./recipe.ts";

export interface EmbedControl {
  signal?: AbortSignal;
  /** Resolves at once, or when a pause ends. */
  whilePaused?: () => Promise<void>;
  onStep: (step: EmbedStep) => void | Promise<void>;
}

/** One optimiser step, with the pairs' state on evaluation steps. */
export interface EmbedStep extends StepResult {
  learningRate: number;
  /** Where the run will end as things stand. */
  lastStep: number;
  tokens: number;
  elapsedMs: number;
  states: readonly PairState[] | null;
  /** For a checkpoint; reads the device, so only where one is wanted. */
  snapshot: () => Promise<TrainerState>;
}

export interface EmbedOutcome {
  steps: number;
  states: readonly PairState[];
  /** Every pair passed its test on two evaluations running. */
  settled: boolean;
}

/** Loud: greedy with a lead. Quiet: most likely of its candidates with a lead. */
const LOUD_LEAD_NATS = 0.3;
const QUIET_LEAD_NATS = 0.3;

function passes(state: PairState, mode: "loud" | "quiet"): boolean {
  return mode === "loud" ? state.margin >= LOUD_LEAD_NATS : state.choiceMargin >= QUIET_LEAD_NATS;
}

/**
 * Trains a bank into a model (scheme §6) until every pair has passed twice running, then brings the
 * learning rate down and stops; or until the steps are used up. Deterministic for a seed, backend and device; resumes from a snapshot with the same draws.
 *
 * @throws EngineError LOSS_NOT_FINITE, GPU_DEVICE_LOST; AbortError
 */
export async function embed(
  model: LoadedModel,
  data: EmbedData,
  recipe: Recipe,
  seed: Uint8Array,
  control: EmbedControl,
  resumeFrom: TrainerState | null = null,
): Promise<EmbedOutcome> {
  const trainer = await model.trainer({ weightDecay: 0, maxGradNorm: 1 });
  try {
    if (resumeFrom) await trainer.restore(resumeFrom);
    let passed = 0;
    let schedule: Schedule = { recipe, settledAt: null };
    let states: readonly PairState[] = [];
    for (let step = (resumeFrom?.step ?? 0) + 1; step <= lastStep(schedule); step++) {
      await control.whilePaused?.();
      throwIfAborted(control.signal);
      const startedMs = performance.now();
      const { result, tokens } = await oneStep(trainer, data, schedule, seed, step, control.signal);
      if (recipe.averageLambda > 0 && step % recipe.averageEvery === 0) {
        await trainer.averageTowardOriginal(recipe.averageLambda);
      }
      const elapsedMs = performance.now() - startedMs;
      const evaluate = step % recipe.evaluateEvery === 0 || step === lastStep(schedule);
      if (evaluate) states = await readPairs(model, data.pairs, control.signal);
      await control.onStep({
        ...result,
        step,
        learningRate: rateAt(schedule, step),
        lastStep: lastStep(schedule),
        tokens,
        elapsedMs,
        states: evaluate ? states : null,
        snapshot: () => trainer.snapshot(control.signal),
      });
      if (evaluate) {
        const all = states.every((state, i) => passes(state, data.pairs[i].mode));
        passed = all ? passed + 1 : 0;
        if (passed >= 2 && schedule.settledAt === null) schedule = { recipe, settledAt: step };
      }
    }
    return { steps: lastStep(schedule), states, settled: schedule.settledAt !== null };
  } finally {
    trainer.dispose();
  }
}

/** The recipe's steps, cut short once the bank has settled. */
interface Schedule {
  recipe: Recipe;
  settledAt: number | null;
}

/** Share of the steps so far that are spent bringing the rate down after the bank has settled. */
const COOL_DOWN_SHARE = 0.25;
const MIN_COOL_DOWN_STEPS = 10;

function lastStep({ recipe, settledAt }: Schedule): number {
  if (settledAt === null) return recipe.maxSteps;
  const steps = Math.max(MIN_COOL_DOWN_STEPS, Math.round(settledAt * COOL_DOWN_SHARE));
  return Math.min(recipe.maxSteps, settledAt + steps);
}

/** After settling, the rate falls in a straight line to a tenth: what it disturbed comes to rest. */
function rateAt(schedule: Schedule, step: number): number {
  const { recipe, settledAt } = schedule;
  if (settledAt === null || step <= settledAt) return learningRateAt(recipe, step);
  const share = (step - settledAt) / Math.max(1, lastStep(schedule) - settledAt);
  return learningRateAt(recipe, settledAt) * (1 - 0.9 * share);
}

async function oneStep(
  trainer: Trainer,
  data: EmbedData,
  schedule: Schedule,
  seed: Uint8Array,
  step: number,
  signal: AbortSignal | undefined,
): Promise<{ result: StepResult; tokens: number }> {
  const { recipe } = schedule;
  // A generator per step: a resumed run draws what the uninterrupted one would have drawn.
  const random = new SeededStream(concatBytes(seed, uint32(step)));
  const batch = makeBatch(data, recipe, random);
  const options = {
    learningRate: rateAt(schedule, step),
    fakeInt4: recipe.fakeInt4Every > 0 && step % recipe.fakeInt4Every === 0,
    ...(signal ? { signal } : {}),
  };
  const tokens = batch.sequences.reduce((sum, sequence) => sum + sequence.length, 0);
  if (recipe.metaEvery > 0 && step % recipe.metaEvery === 0) {
    const inner = [0, 1].map(() => makeInnerBatch(data, recipe, random));
    const result = await trainer.metaStep(inner, options.learningRate, batch, options);
    return { result, tokens };
  }
  return { result: await trainer.step(batch, options), tokens };
}
