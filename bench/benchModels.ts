import { weightShapes } from "@/engine/models/parameters.ts";
import type { ModelConfig, TrainBatch, WeightSource } from "@/engine/types.ts";

export interface BenchModel {
  readonly config: ModelConfig;
  /** Tokens per sequence. */
  readonly seq: number;
  readonly batch: number;
}

const COMMON = {
  architecture: "llama",
  rmsNormEps: 1e-5,
  ropeTheta: 10_000,
  ropeScaling: null,
  tiedEmbeddings: true,
  qkvBias: false,
  outputBias: false,
  qkNorm: false,
} as const;

/** 0.26 M and 6.57 M parameters; 0.80 and 20.2 GFLOP of matmul in a training step. */
export const BENCH_MODELS = {
  small: {
    config: {
      ...COMMON,
      vocabSize: 512,
      hiddenSize: 64,
      layerCount: 5,
      headCount: 8,
      kvHeadCount: 4,
      headDim: 8,
      ffnSize: 172,
      maxPositions: 64,
    },
    seq: 64,
    batch: 8,
  },
  big: {
    config: {
      ...COMMON,
      vocabSize: 2048,
      hiddenSize: 288,
      layerCount: 6,
      headCount: 6,
      kvHeadCount: 6,
      headDim: 48,
      ffnSize: 768,
      maxPositions: 128,
    },
    seq: 128,
    batch: 4,
  },
} as const satisfies Record<string, BenchModel>;

export type BenchModelName = keyof typeof BENCH_MODELS;

/** What every contender starts from. */
export interface BenchCase {
  readonly model: BenchModel;
  readonly weights: ReadonlyMap<string, { shape: readonly number[]; values: Float32Array }>;
  /** [batch · seq] */
  readonly tokens: Int32Array;
  /** [batch · seq]: the token that each position has to predict. */
  readonly targets: Int32Array;
  readonly hyper: Hyper;
}

export interface Hyper {
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
}

const HYPER: Hyper = {
  learningRate: 1e-3,
  beta1: 0.9,
  beta2: 0.95,
  epsilon: 1e-8,
  weightDecay: 0.01,
};

/** Parameters, the tied matrix once. */
export function parameterCount({ config }: BenchModel): number {
  return [...weightShapes(config).values()].reduce((sum, shape) => sum + count(shape), 0);
}

/** Operations of the matrix products with weights in one step: 2 forward and 4 backward a weight. */
export function matmulFlops(model: BenchModel): number {
  const matrices = [...weightShapes(model.config).values()].filter((shape) => shape.length === 2);
  return 6 * model.batch * model.seq * matrices.reduce((sum, shape) => sum + count(shape), 0);
}

/** Random weights, tokens and targets; the same ones every time. */
export function makeCase(model: BenchModel): BenchCase {
  const { config, batch, seq } = model;
  const random = randomSource(1);
  const weights = new Map<string, { shape: readonly number[]; values: Float32Array }>();
  for (const [name, shape] of weightShapes(config)) {
    const embedding = shape[0] === config.vocabSize;
    const size = embedding ? 0.02 : 1 / Math.sqrt(shape.at(-1) ?? 1);
    const values = Float32Array.from({ length: count(shape) }, () =>
      shape.length === 1 ? 1 + 0.1 * normal(random) : size * normal(random),
    );
    weights.set(name, { shape, values });
  }
  const ids = () =>
    Int32Array.from({ length: batch * seq }, () => Math.floor(random() * config.vocabSize));
  return { model, weights, tokens: ids(), targets: ids(), hyper: HYPER };
}

export function weightSourceOf({ weights }: BenchCase): WeightSource {
  const entry = (name: string) => {
    const found = weights.get(name);
    if (found === undefined) throw new Error(`no weight is called ${name}`);
    return found;
  };
  return {
    names: () => [...weights.keys()],
    shape: (name) => entry(name).shape,
    readF32: async (name) => entry(name).values.slice(),
  };
}

/** The loss is the mean cross-entropy over all positions. */
export function trainBatchOf({ model, tokens, targets }: BenchCase): TrainBatch {
  const { batch, seq } = model;
  const weight = 1 / (batch * seq);
  return {
    sequences: Array.from({ length: batch }, (_, i) =>
      Array.from(tokens.subarray(i * seq, (i + 1) * seq)),
    ),
    rows: Array.from(targets, (target, i) => ({
      kind: "target",
      sequence: Math.floor(i / seq),
      position: i % seq,
      weight,
      target,
      floor: 0,
    })),
  };
}

function count(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function randomSource(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Box and Muller, 1958. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
