import type { LoadedModel, LossRow } from "@/engine/types.ts";
import { topProbabilities } from "./logProbs.ts";

/** A sequence with the untouched model's own predictions, to be kept as they are. */
export interface BenignSequence {
  tokens: readonly number[];
  /** Rows to hold: position, most likely tokens and their probabilities. */
  rows: readonly { position: number; ids: readonly number[]; probs: readonly number[] }[];
}

const TOP = 16;
/** Rows held per sequence once the vocabulary is so large that logits would dominate the step. */
const ROWS_OF_LARGE_VOCABULARY = 16;
const LARGE_VOCABULARY = 16_384;

/**
 * Reads the untouched model's top-16 predictions on benign sequences (self-distillation, scheme §6).
 *
 * @param positions rows to hold in each sequence; null for all of them
 */
export async function distil(
  model: LoadedModel,
  sequences: readonly (readonly number[])[],
  positions: readonly (readonly number[])[] | null,
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
      const top = topProbabilities(logits, r * vocabSize, vocabSize, Math.min(TOP, vocabSize));
      held[sequence].rows.push({ position, ...top });
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
