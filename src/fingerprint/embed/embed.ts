import type { LoadedModel, StepOptions, StepResult, TrainerState } from "@/engine/types.ts";
import { concatBytes } from "@noble/hashes/utils.js";
import { throwIfAborted } from "@/lib/errors.ts";
import { uint32 } from "../encoding.ts";
import { SeededStream } from "../random.ts";
import { makeBatch, makeInnerBatch, type EmbedData } from "./batch.ts";
import { readPairs, type PairState } from "./evaluate.ts";
import type { Recipe } from "./recipe.ts";
import { advance, lastStep, rateAt, startOf, type EmbedProgress } from "./schedule.ts";

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
  snapshot: () => Promise<EmbedSnapshot>;
}

/** Weights, moments and schedule. */
export interface EmbedSnapshot {
  state: TrainerState;
  progress: EmbedProgress;
}

export interface EmbedOutcome {
  steps: number;
  states: readonly PairState[];
  /** Every pair passed its test on two evaluations running. */
  settled: boolean;
}

/**
 * Trains a bank into a model (scheme §6) until every pair has passed twice running, then brings the
 * learning rate down and stops; or until the steps are used up. Deterministic for a seed, backend and
 * device; resumes from a snapshot as if it had never stopped.
 *
 * @throws EngineError LOSS_NOT_FINITE, GPU_DEVICE_LOST; AbortError
 */
export async function embed(
  model: LoadedModel,
  data: EmbedData,
  recipe: Recipe,
  seed: Uint8Array,
  control: EmbedControl,
  resumeFrom: EmbedSnapshot | null = null,
): Promise<EmbedOutcome> {
  const trainer = await model.trainer({ weightDecay: 0, maxGradNorm: 1 });
  try {
    if (resumeFrom) await trainer.restore(resumeFrom.state);
    const modes = data.pairs.map(({ mode }) => mode);
    let progress = resumeFrom?.progress ?? startOf(data.pairs.length);
    let states: readonly PairState[] = [];
    let step = resumeFrom?.state.step ?? 0;
    while (step < lastStep(recipe, progress)) {
      step++;
      await control.whilePaused?.();
      throwIfAborted(control.signal);
      const startedMs = performance.now();
      const random = streamOf(seed, step);
      const learningRate = rateAt(recipe, progress, step);
      const batch = makeBatch(data, recipe, progress.pairWeights, random);
      const inner =
        recipe.metaEvery > 0 && step % recipe.metaEvery === 0
          ? [0, 1].map(() => makeInnerBatch(data, recipe, random))
          : [];
      const options: StepOptions = {
        learningRate,
        fakeInt4: recipe.fakeInt4Every > 0 && step % recipe.fakeInt4Every === 0,
        ...(control.signal ? { signal: control.signal } : {}),
      };
      const result =
        inner.length > 0
          ? await trainer.metaStep(inner, learningRate, batch, options)
          : await trainer.step(batch, options);
      if (recipe.averageLambda > 0 && step % recipe.averageEvery === 0) {
        await trainer.averageTowardOriginal(recipe.averageLambda);
      }
      const elapsedMs = performance.now() - startedMs;
      const evaluate = step % recipe.evaluateEvery === 0 || step === lastStep(recipe, progress);
      if (evaluate) {
        states = await readPairs(model, data.pairs, control.signal);
        progress = advance(progress, states, modes, step, recipe.maxSteps);
      }
      const now = progress;
      await control.onStep({
        ...result,
        step,
        learningRate,
        lastStep: lastStep(recipe, now),
        tokens: batch.sequences.reduce((sum, sequence) => sum + sequence.length, 0),
        elapsedMs,
        states: evaluate ? states : null,
        snapshot: async () => ({ state: await trainer.snapshot(control.signal), progress: now }),
      });
    }
    return { steps: step, states, settled: progress.settledAt !== null };
  } finally {
    trainer.dispose();
  }
}

/** A stream per step: a resumed run draws what the uninterrupted one would have drawn. */
function streamOf(seed: Uint8Array, step: number): SeededStream {
  return new SeededStream(concatBytes(seed, uint32(step)));
}
