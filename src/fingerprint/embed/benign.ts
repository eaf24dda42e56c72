import type { LoadedModel, LossRow } from "@/engine/types.ts";
import { logSumExp, topProbabilities } from "./logProbs.ts";

/** A sequence with the untouched model's own predictions, to be kept as they are. */
export interface BenignSequence {
  tokens: readonly number[];
  /** Rows to hold: position, most likely tokens and their probabilities. */
  rows: readonly { position: number; ids: readonly number[]; probs: readonly number[] }[];
}

/**
 * Tokens held one by one in a row; the others share one bucket, inside which probability may move
 * freely. With 16 of them the bucket of an open position holds a third of the mass, enough for a
 * response to become the greedy answer at no cost.
 */
const TOP = 64;
/** Rows held per sequence once the vocabulary is so large that logits would dominate the step. */
const ROWS_OF_LARGE_VOCABULARY = 16;
const LARGE_VOCABULARY = 16_384;

/**
 * Reads the untouched model's most likely predictions on benign sequences (self-distillation,
 * scheme §6).
 *
 * @param positions rows to hold in each sequence; null for all of them
 * @param watched further tokens to hold in every row of a sequence, likely or not
 */
export async function distil(
  model: LoadedModel,
  sequences: readonly (readonly number[])[],
  positions: readonly (readonly number[])[] | null,
  watched: readonly (readonly number[])[] | null,
  signal?: AbortSignal,
  onProgress?: (fraction: number) => void,
): Promise<BenignSequence[]> {
  const { vocabSize } = model.config;
  const result: BenignSequence[] = [];
  const group = vocabSize > LARGE_VOCABULARY ? 2 : 16;
  for (let first = 0; first < sequences.length; first += group) {
    const chunk = sequences.slice(first, first + group);
    const rows = chunk.flatMap((tokens, i) =>
      (positions?.[first + i] ?? heldPositions(tokens.length, vocabSize)).map((position) => ({
        sequence: i,
        position,
      })),
    );
    const logits = await model.logits(chunk, rows, signal);
    const held = chunk.map((tokens) => ({ tokens, rows: [] as BenignSequence["rows"][number][] }));
    for (const [r, { sequence, position }] of rows.entries()) {
      const start = r * vocabSize;
      const { ids, probs } = topProbabilities(logits, start, vocabSize, Math.min(TOP, vocabSize));
      const normaliser = logSumExp(logits, start, vocabSize);
      for (const id of watched?.[first + sequence] ?? []) {
        if (ids.includes(id)) continue;
        ids.push(id);
        probs.push(Math.exp(logits[start + id] - normaliser));
      }
      held[sequence].rows.push({ position, ids, probs });
    }
    result.push(...held);
    onProgress?.(Math.min(1, (first + group) / sequences.length));
  }
  return result;
}

function heldPositions(length: number, vocabSize: number): number[] {
  const all = Array.from({ length }, (_, i) => i);
  if (vocabSize <= LARGE_VOCABULARY || length <= ROWS_OF_LARGE_VOCABULARY) return all;
  const stride = length / ROWS_OF_LARGE_VOCABULARY;
  return Array.from(
    { length: ROWS_OF_LARGE_VOCABULARY },
    (_, i) => all[Math.floor((i + 0.5) * stride)],
  );
}

/** Loss rows that hold `sequence`, which is number `index` of the batch; `weight` is shared by all rows. */
export function holdRows(sequence: BenignSequence, index: number, weight: number): LossRow[] {
  return sequence.rows.map(({ position, ids, probs }) => ({
    kind: "distil",
    sequence: index,
    position,
    weight,
    ids,
    probs,
  }));
}
