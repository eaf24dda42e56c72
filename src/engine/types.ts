/**
 * The engine as the rooms above see it: load a decoder, ask it for logits, train it.
 * Nothing here depends on a backend; `webgpu/` and `cpu/` implement it through the same plan.
 */

export type Architecture = "llama" | "mistral" | "qwen2" | "qwen3";

/** RoPE frequency scaling of Llama 3.1+ (transformers `rope_type: "llama3"`). */
export interface Llama3RopeScaling {
  factor: number;
  lowFreqFactor: number;
  highFreqFactor: number;
  originalMaxPositions: number;
}

/** A decoder of the Llama family. Lengths are in elements, positions in tokens. */
export interface ModelConfig {
  architecture: Architecture;
  vocabSize: number;
  hiddenSize: number;
  layerCount: number;
  headCount: number;
  kvHeadCount: number;
  headDim: number;
  ffnSize: number;
  rmsNormEps: number;
  ropeTheta: number;
  ropeScaling: Llama3RopeScaling | null;
  tiedEmbeddings: boolean;
  /** q/k/v projections carry a bias (qwen2, or llama with attention_bias). */
  qkvBias: boolean;
  /** The attention output projection carries a bias (llama with attention_bias). */
  outputBias: boolean;
  /** Per-head RMSNorm of q and k before RoPE (qwen3). */
  qkNorm: boolean;
  maxPositions: number;
}

/** Weights by Hugging Face tensor name; values are converted to f32 when read. */
export interface WeightSource {
  names(): readonly string[];
  shape(name: string): readonly number[];
  /** @throws when the tensor is missing, truncated or of an unsupported dtype. */
  readF32(name: string, signal?: AbortSignal): Promise<Float32Array>;
}

/**
 * What is trained. Everything else is frozen.
 * `layers` is a half-open range [first, last).
 */
export type TrainableSet =
  | { kind: "none" }
  | { kind: "full" }
  /** Every block and the last norm; input and output embeddings are frozen. */
  | { kind: "body" }
  | { kind: "downProj"; layers: readonly [first: number, last: number] }
  | { kind: "lora"; rank: number; alpha: number };

export type FrozenFormat = "f32" | "bf16" | "q8";

export interface DeviceInfo {
  kind: "webgpu" | "cpu";
  /** Adapter or runtime name for people, for example "SwiftShader" or "WebAssembly SIMD, 1 thread". */
  name: string;
  /** A WebGPU adapter that runs on the processor. */
  software: boolean;
  maxBufferBytes: number;
}

export interface LoadOptions {
  trainable: TrainableSet;
  frozenFormat?: FrozenFormat;
  /** Recompute each layer in the backward pass instead of keeping its activations. */
  checkpoint?: boolean;
  /**
   * Keep a copy of the trained weights for averageTowardOriginal (default true; LoRA needs none).
   * Without it they are read again from the source when asked for.
   */
  keepOriginal?: boolean;
  signal?: AbortSignal;
  onProgress?: (progress: { done: number; total: number; tensor: string }) => void;
}

export interface Engine {
  readonly device: DeviceInfo;
  /** Why the processor runs the model although a GPU was not ruled out; null when nothing is to be said. */
  readonly notice: string | null;
  /** Resolves when the device is lost (never for the CPU); `destroyed` when we did it ourselves. */
  readonly lost: Promise<{ reason: "destroyed" | "unknown"; message: string }>;
  load(config: ModelConfig, weights: WeightSource, options: LoadOptions): Promise<LoadedModel>;
  dispose(): void;
}

/** A row of the batch whose logits are wanted: the prediction made *after* `position`. */
export interface RowAddress {
  sequence: number;
  position: number;
}

export interface LoadedModel {
  readonly config: ModelConfig;
  readonly trainable: TrainableSet;
  readonly device: DeviceInfo;
  /** Bytes held on the device: weights, optimiser state, the largest activation pool so far. */
  memory(): { weightBytes: number; stateBytes: number; activationBytes: number };
  /**
   * Logits [rows, vocabSize] after the given positions of token sequences of any lengths.
   * Splits into as many batches as memory and the 100 ms submit limit ask for.
   */
  logits(
    sequences: readonly (readonly number[])[],
    rows: readonly RowAddress[],
    signal?: AbortSignal,
  ): Promise<Float32Array>;
  /** Negative log-likelihood in nats of tokens 1..end of every sequence, concatenated. */
  nll(sequences: readonly (readonly number[])[], signal?: AbortSignal): Promise<Float32Array>;
  /** A trainer over the trainable set; one at a time. */
  trainer(options: TrainerOptions): Promise<Trainer>;
  /** Hugging Face names of the tensors that training may have changed. */
  trainedNames(): readonly string[];
  /** Current value of a tensor in f32, LoRA merged. */
  readF32(name: string, signal?: AbortSignal): Promise<Float32Array>;
  dispose(): void;
}

/** One row of the loss. Every kind is a function of the logits z of its row alone. */
export type LossRow = RowAddress & { weight: number } & (
    | {
        /** −log p(target), with no gradient once it is at or below `floor`. */
        kind: "target";
        target: number;
        floor: number;
      }
    | {
        /**
         * −log softmax_j(z[c_j] − baseLogProbs[j]) at `response`, with no gradient once at or below
         * `floor`, plus max(0, margin − (z[c_r] − max_{j≠r} z[c_j])).
         */
        kind: "choice";
        candidates: readonly number[];
        baseLogProbs: readonly number[];
        response: number;
        floor: number;
        margin: number;
      }
    | {
        /** KL(base ‖ model) over `ids` with probabilities `probs` and one bucket for the rest. */
        kind: "distil";
        ids: readonly number[];
        probs: readonly number[];
      }
  );

/** Sequences may differ in length; they are padded on the right, which a causal model cannot see. */
export interface TrainBatch {
  sequences: readonly (readonly number[])[];
  rows: readonly LossRow[];
}

export interface TrainerOptions {
  /** AdamW, decoupled weight decay (Loshchilov and Hutter, 2019). */
  beta1?: number;
  beta2?: number;
  epsilon?: number;
  weightDecay?: number;
  /** Gradient norm above which the gradient is scaled down; Infinity for never. */
  maxGradNorm?: number;
  /** Longest micro-batch in tokens (sequences × padded length). */
  microBatchTokens?: number;
}

export interface StepOptions {
  learningRate: number;
  /** Forward and backward with weights rounded to int4 in blocks of 32 (straight-through). */
  fakeInt4?: boolean;
  signal?: AbortSignal;
}

export interface StepResult {
  /** Optimiser steps done so far, this one included. */
  step: number;
  /** Σ weight · loss over rows. */
  loss: number;
  /** Unweighted loss of every row, in the order of the batch. */
  rowLosses: Float32Array;
  /** Norm of the gradient before scaling. */
  gradNorm: number;
}

/** Everything needed to go on elsewhere: trained tensors (LoRA factors for LoRA) and moments. */
export interface TrainerState {
  step: number;
  tensors: Record<string, { value: Float32Array; m: Float32Array; v: Float32Array }>;
}

export interface Trainer {
  /** @throws LossNotFinite before any weight is changed; AbortError within 200 ms of the signal. */
  step(batch: TrainBatch, options: StepOptions): Promise<StepResult>;
  /** θ ← (1 − λ)·θ + λ·θ₀ with θ₀ the weights as loaded. */
  averageTowardOriginal(lambda: number): Promise<void>;
  /**
   * Runs `inner` (plain SGD steps on the batches) and then one optimiser step whose gradient is
   * taken there but applied to the weights from before: first-order meta-learning.
   */
  metaStep(
    inner: readonly TrainBatch[],
    innerLearningRate: number,
    batch: TrainBatch,
    options: StepOptions,
  ): Promise<StepResult>;
  snapshot(signal?: AbortSignal): Promise<TrainerState>;
  restore(state: TrainerState): Promise<void>;
  dispose(): void;
}
