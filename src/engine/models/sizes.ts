import type { ModelConfig } from "../types.ts";
import { vocabStride } from "./parameters.ts";

/** Longest micro-batch of a forward pass, in tokens. */
export const INFERENCE_TOKENS = 2048;
/** Longest micro-batch of a training step unless the trainer is told otherwise, in tokens. */
export const TRAINING_TOKENS = 1024;
/** Compiled programs are kept up to this size together. */
export const PLAN_BUDGET_BYTES = 512 * 2 ** 20;

const LOGITS_ROWS = 128;
const LOGITS_BYTES = 64 * 2 ** 20;

/** Rows of logits that exist at a time: 128, fewer for vocabularies beyond 131 072. */
export function chunkRowsFor(config: ModelConfig): number {
  const affordable = Math.floor(LOGITS_BYTES / (4 * vocabStride(config)));
  return Math.max(4, Math.min(LOGITS_ROWS, affordable - (affordable % 4)));
}

/** Rows of logits that a forward pass may hold for the reader, a multiple of the chunk. */
export function rowsHeldFor(config: ModelConfig): number {
  const chunk = chunkRowsFor(config);
  const affordable = Math.floor(LOGITS_BYTES / (4 * vocabStride(config)));
  return Math.max(chunk, Math.min(1024, affordable - (affordable % chunk)));
}
