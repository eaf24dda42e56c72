import type { FrozenFormat, ModelConfig, TrainableSet } from "../types.ts";
import { elementCount } from "../tape/slots.ts";
import { roundUpCoarse } from "./batching.ts";
import { parameterSpecs, vocabStride } from "./parameters.ts";
import { activationBytes, ownBytes } from "./planCache.ts";
import { buildProgram } from "./programs.ts";
import { chunkRowsFor, TRAINING_TOKENS } from "./sizes.ts";

export interface MemoryQuestion {
  trainable: TrainableSet;
  frozenFormat?: FrozenFormat;
  checkpoint?: boolean;
  keepOriginal?: boolean;
  /** Steps will use fakeInt4 or metaStep, which keep a copy of the trained weights meanwhile. */
  savesValues?: boolean;
  /** Longest sequence in tokens. */
  sequenceTokens: number;
  /** Tokens of a micro-batch; the trainer's default when not given. */
  microBatchTokens?: number;
  /** Loss rows of a micro-batch. */
  rows: number;
  /** Ids per loss row. */
  width?: number;
}

export interface MemoryPlan {
  weightBytes: number;
  /** Gradient, moments, and the original where it is kept. */
  stateBytes: number;
  /** Activations besides logits. */
  activationBytes: number;
  logitsBytes: number;
  totalBytes: number;
  /** Largest single tensor. */
  largestTensorBytes: number;
}

/** Bytes of a weight as stored; q8 has an f32 scale for every 32 values, rows filled up to that. */
function weightBytes(shape: readonly number[], format: FrozenFormat): number {
  const count = elementCount(shape);
  if (format === "f32") return count * 4;
  if (format === "bf16") return count * 2;
  const columns = shape.at(-1) ?? 1;
  return (count / columns) * Math.ceil(columns / 32) * 36;
}

/** What a training run (or, with nothing trained, a forward pass) will hold on the device. */
export function estimateMemory(config: ModelConfig, question: MemoryQuestion): MemoryPlan {
  const { trainable, keepOriginal = true, savesValues = false } = question;
  const specs = parameterSpecs(config, trainable, question.frozenFormat ?? "f32");
  let weights = 0;
  let trained = 0;
  let largest = 0;
  for (const { shape, format, trainable: isTrained } of specs) {
    const bytes = weightBytes(shape, format);
    weights += bytes;
    largest = Math.max(largest, bytes);
    if (isTrained) trained += bytes;
  }
  const holdsOriginal = keepOriginal && trainable.kind !== "lora";
  const copies = 3 + (holdsOriginal ? 1 : 0) + (savesValues ? 1 : 0);
  const seq = roundUpCoarse(question.sequenceTokens, 8);
  const rows = roundUpCoarse(question.rows, 4);
  const chunkRows = Math.min(rows, chunkRowsFor(config));
  const program = buildProgram(
    { config, specs, loraScale: 1 },
    {
      mode: trainable.kind === "none" ? "nll" : "train",
      batch: Math.max(1, Math.floor((question.microBatchTokens ?? TRAINING_TOKENS) / seq)),
      seq,
      rows,
      chunkRows,
      width: question.width ?? 16,
      checkpoint: question.checkpoint ?? false,
    },
  );
  const logitsBytes = chunkRows * vocabStride(config) * 4;
  const plan = {
    weightBytes: weights,
    stateBytes: trained * copies,
    activationBytes: Math.max(0, activationBytes(program) + ownBytes(program) - logitsBytes),
    logitsBytes,
  };
  const totalBytes = Object.values(plan).reduce((sum, bytes) => sum + bytes, 0);
  return { ...plan, totalBytes, largestTensorBytes: largest };
}
