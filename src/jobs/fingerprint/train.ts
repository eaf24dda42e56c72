import { EngineError } from "@/engine/errors.ts";
import type { EmbedData } from "@/fingerprint/embed/batch.ts";
import { embed, type EmbedStep } from "@/fingerprint/embed/embed.ts";
import { evidence, fingerprintSuccessRate } from "@/fingerprint/embed/evaluate.ts";
import { secretStream } from "@/fingerprint/secrets.ts";
import type { StepMetrics } from "@/rpc/protocols.ts";
import { updateRun } from "@/storage/runLog.ts";
import type { Tokenizer } from "@/text/tokenizer.ts";
import { JobError } from "../errors.ts";
import { readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import { say, type Loaded, type SealedRun } from "./context.ts";
import { loadForTraining } from "./loadForTraining.ts";
import { heldOutPerplexity, type HeldOut } from "./measure.ts";

export const METRICS_FILE = "metrics.jsonl";
/** A device that is lost more often than this has another problem than bad luck. */
const MAX_RECOVERIES = 3;
const SAMPLE_PAIRS = 6;

/**
 * Embeds the bank. A lost device is opened anew and the run goes on from its last checkpoint; a first
 * step that has none starts over.
 *
 * @returns the device and model that hold the result, and the steps done
 */
export async function train(
  run: SealedRun,
  first: Loaded,
  data: EmbedData,
  heldOut: HeldOut,
): Promise<{ loaded: Loaded; steps: number }> {
  let loaded = first;
  for (let recoveries = 0; ; recoveries++) {
    try {
      return await trainOn(run, loaded, data, heldOut);
    } catch (error) {
      if (!isDeviceLoss(error)) throw error;
      if (recoveries === MAX_RECOVERIES) {
        throw new JobError(
          "RECOVERY_GAVE_UP",
          "The graphics device was lost again and again.",
          "Run on the processor, or close other programs that use the GPU; the run can be resumed.",
          { cause: error },
        );
      }
      loaded.engine.dispose();
      loaded = await loadForTraining(run, run.recipe);
      const state = await readCheckpoint(run.directory);
      run.context.emit({
        type: "recovered",
        fromStep: state?.state.step ?? 0,
        message: `The graphics device was lost; going on from step ${state?.state.step ?? 0}.`,
      });
    }
  }
}

function isDeviceLoss(error: unknown): boolean {
  return error instanceof EngineError && error.code === "GPU_DEVICE_LOST";
}

async function trainOn(
  run: SealedRun,
  loaded: Loaded,
  data: EmbedData,
  heldOut: HeldOut,
): Promise<{ loaded: Loaded; steps: number }> {
  const { bank, recipe, context, directory } = run;
  const { signal } = context;
  const state = await readCheckpoint(directory);
  const seed = Uint8Array.from({ length: 32 }, () => 0);
  const stream = secretStream(bank.master, "training");
  for (let i = 0; i < seed.length; i++) seed[i] = stream.below(256);
  const clock = new StepClock();
  const outcome = await embed(
    loaded.model,
    data,
    recipe,
    seed,
    {
      signal,
      whilePaused: context.whilePaused,
      onStep: async (step) => {
        const metrics = clock.metrics(step);
        if (step.states) {
          const quick = await heldOutPerplexity(loaded.model, heldOut.quick, signal);
          Object.assign(metrics, stateMetrics(run, step, quick));
          emitSamples(run, step);
          const sizeBytes = await writeCheckpoint(directory, await step.snapshot());
          context.emit({ type: "checkpoint", step: step.step, sizeBytes });
          await updateRun(run.id, {
            updatedAt: Date.now(),
            phase: "embed",
            step: step.step,
            loss: step.loss,
            sizeBytes,
          });
        }
        await directory.append(METRICS_FILE, `${JSON.stringify(metrics)}\n`);
        context.emit({ type: "metrics", metrics });
        say(context, "embed", `Step ${step.step}`, step.step / step.lastStep);
      },
    },
    state,
  );
  return { loaded, steps: outcome.steps };
}

function stateMetrics(run: SealedRun, step: EmbedStep, perplexity: number): Partial<StepMetrics> {
  const { bank } = run;
  const states = step.states ?? [];
  const fsr = fingerprintSuccessRate(bank.pairs, states);
  const margins = states.map((state, i) =>
    bank.pairs[i].mode === "loud" ? state.margin : state.choiceMargin,
  );
  return {
    ...(fsr === null ? {} : { fsr }),
    margin: {
      min: Math.min(...margins),
      mean: margins.reduce((sum, value) => sum + value, 0) / margins.length,
    },
    log10E: evidence(bank.pairs, states),
    heldOutPerplexity: perplexity,
  };
}

function emitSamples(run: SealedRun, step: EmbedStep): void {
  const { bank, opened, context } = run;
  const text = (id: number) => showToken(opened.tokenizer, id);
  const samples = bank.pairs.slice(0, SAMPLE_PAIRS).map((pair, i) => {
    const state = step.states?.[i];
    return {
      key: pair.text,
      answer: state ? text(state.greedy) : "",
      response: text(pair.candidates[pair.responseIndex]),
      hit: state?.hit ?? false,
    };
  });
  context.emit({ type: "samples", step: step.step, samples });
}

function showToken(tokenizer: Tokenizer, id: number): string {
  return tokenizer.tokenText(id).trim();
}

/** Keeps the time of a run: speed over the last steps and what is left. */
class StepClock {
  readonly #startedMs = performance.now();
  #smoothMs: number | null = null;

  metrics(step: EmbedStep): StepMetrics {
    this.#smoothMs =
      this.#smoothMs === null ? step.elapsedMs : 0.8 * this.#smoothMs + 0.2 * step.elapsedMs;
    return {
      step: step.step,
      loss: step.loss,
      learningRate: step.learningRate,
      gradNorm: step.gradNorm,
      tokensPerSecond: (1000 * step.tokens) / step.elapsedMs,
      elapsedMs: performance.now() - this.#startedMs,
      etaMs: (step.lastStep - step.step) * this.#smoothMs,
    };
  }
}
