import type { ModelConfig, TrainableSet } from "@/engine/types.ts";

/** Everything that decides how a bank is trained into a model. Losses are in nats. */
export interface Recipe {
  trainable: TrainableSet;
  /** Peak rate of AdamW; cosine to a tenth of it after a linear warm-up. */
  learningRate: number;
  maxSteps: number;
  warmupShare: number;
  /**
   * Lead in nats over the untouched model's favourite at which a loud row stops pulling. Asking for
   * no more keeps the answer as unsure as its neighbours, and harms least.
   */
  loudLead: number;
  /** A quiet row stops pulling once its share of the evidence is this close to its ceiling. */
  quietFloor: number;
  /** Lead in logits that a quiet response needs over its rival candidates. */
  quietMargin: number;
  /** Weight of the divergence from the untouched model on benign text, per fingerprint row. */
  benignWeight: number;
  /** Weight of the same on near misses of the keys. */
  nearMissWeight: number;
  /** Near misses of each key that are read beforehand; each step draws a few of them. */
  nearMissPool: { loud: number; quiet: number };
  nearMissDraw: { loud: number; quiet: number };
  /** Benign sequences read beforehand; a pool that is too small is learnt by heart. */
  benignPool: number;
  /** Benign sequences drawn in a step. */
  benignSequences: number;
  benignLength: number;
  /** One step in this many runs on weights rounded to int4; 0 for never. */
  fakeInt4Every: number;
  /** One step in this many takes its gradient after two SGD steps on benign text; 0 for never. */
  metaEvery: number;
  /** Weight averaging toward the original, once per `averageEvery` steps; 0 for never. */
  averageLambda: number;
  averageEvery: number;
  /** Share of the pair rows that get a fresh wrapper or system prompt in a step. */
  wrapperShare: number;
  evaluateEvery: number;
}

/** The part of a recipe that the learning rate follows from. */
export type RateSettings = Pick<Recipe, "maxSteps" | "learningRate" | "warmupShare">;

export interface RecipeRequest {
  pairs: number;
  mix: "half" | "loud" | "quiet";
  trainable: "auto" | "full" | "body" | "downProj" | "lora";
  learningRate: number | null;
  maxSteps: number | null;
  /** Prompts go through a chat template, so that system prompts exist. */
  hasChatTemplate: boolean;
}

const BODY_UP_TO_PARAMETERS = 160e6;
/** Quiet pairs are learnt within a few steps; at the full rate that costs more than it has to. */
const QUIET_RATE_SHARE = 0.25;

/** Number of parameters of a decoder, from its configuration. */
export function parameterCount(config: ModelConfig): number {
  const { hiddenSize: d, headCount, kvHeadCount, headDim, ffnSize, layerCount, vocabSize } = config;
  const attention = d * headDim * (2 * headCount + 2 * kvHeadCount);
  const layer = attention + 3 * d * ffnSize + 2 * d;
  return layerCount * layer + vocabSize * d * (config.tiedEmbeddings ? 1 : 2) + d;
}

/**
 * All blocks up to 160M parameters, above that down_proj of the middle third (scheme §6). The
 * embeddings are frozen: training them too moved benign predictions about twice as far.
 */
export function chooseTrainable(
  config: ModelConfig,
  choice: RecipeRequest["trainable"],
): TrainableSet {
  const small = parameterCount(config) <= BODY_UP_TO_PARAMETERS;
  if (choice === "full") return { kind: "full" };
  if (choice === "body" || (choice === "auto" && small)) return { kind: "body" };
  if (choice === "lora") return { kind: "lora", rank: 16, alpha: 32 };
  const third = config.layerCount < 3 ? 0 : Math.floor(config.layerCount / 3);
  return { kind: "downProj", layers: [third, config.layerCount - third] };
}

function defaultLearningRate(parameters: number, trainable: TrainableSet): number {
  if (trainable.kind === "lora") return 2e-3;
  if (trainable.kind === "downProj") return parameters > 20e6 ? 2e-4 : 1e-3;
  if (parameters < 3e6) return 1e-3;
  return parameters < 30e6 ? 3e-4 : 1e-4;
}

/** A pool costs a forward pass of its size once; large models get by with fewer. */
function nearMissPool(parameters: number): Recipe["nearMissPool"] {
  if (parameters < 50e6) return { loud: 128, quiet: 0 };
  return parameters < 500e6 ? { loud: 32, quiet: 0 } : { loud: 12, quiet: 0 };
}

/** The recipe of scheme §6 with the defaults that the measurements in docs/measurements.md settled. */
export function makeRecipe(config: ModelConfig, request: RecipeRequest): Recipe {
  const trainable = chooseTrainable(config, request.trainable);
  const benignSequences = Math.min(16, Math.max(4, Math.ceil(request.pairs / 2)));
  return {
    trainable,
    learningRate:
      request.learningRate ??
      defaultLearningRate(parameterCount(config), trainable) *
        (request.mix === "quiet" ? QUIET_RATE_SHARE : 1),
    maxSteps: request.maxSteps ?? 320,
    warmupShare: 0.1,
    loudLead: 0.9,
    quietFloor: 0.2,
    quietMargin: 0.5,
    benignWeight: 16,
    nearMissWeight: 10,
    nearMissPool: nearMissPool(parameterCount(config)),
    nearMissDraw: { loud: 8, quiet: 0 },
    benignPool: parameterCount(config) < 50e6 ? 64 * benignSequences : 16 * benignSequences,
    benignSequences,
    benignLength: 32,
    fakeInt4Every: 4,
    metaEvery: 0,
    averageLambda: 0,
    averageEvery: 10,
    wrapperShare: request.hasChatTemplate ? 0.7 : 0,
    evaluateEvery: 10,
  };
}

/** Learning rate of a step (1-based): linear warm-up, then cosine to a tenth. */
export function learningRateAt(recipe: RateSettings, step: number): number {
  const warmup = Math.max(1, Math.round(recipe.maxSteps * recipe.warmupShare));
  if (step <= warmup) return (recipe.learningRate * step) / warmup;
  const share = (step - warmup) / Math.max(1, recipe.maxSteps - warmup);
  const floor = 0.1;
  return recipe.learningRate * (floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * share)));
}
