import { throwIfAborted } from "@/lib/errors.ts";
import type { LogitsProvider } from "../model.ts";

export interface SampleOptions {
  /** New tokens for each prompt. */
  counts: readonly number[];
  temperature: number;
  /** 1 where an id may be drawn; ids beyond its end never are. */
  allowed: Uint8Array;
  /** Uniform numbers on [0, 1), drawn in the order of the prompts, step by step. */
  uniform: () => number;
  signal?: AbortSignal | undefined;
}

/** Continues a batch of prompts; returns the new tokens of each. */
export type Sampler = (
  prompts: readonly (readonly number[])[],
  options: SampleOptions,
) => Promise<number[][]>;

/** A sampler on a model's logits, the whole batch a step at a time. */
export function createSampler(model: LogitsProvider): Sampler {
  return async (prompts, options) => {
    const fresh: number[][] = prompts.map(() => []);
    for (;;) {
      throwIfAborted(options.signal);
      const open = prompts.map((_, i) => i).filter((i) => fresh[i].length < options.counts[i]);
      if (open.length === 0) return fresh;
      const sequences = open.map((i) => [...prompts[i], ...fresh[i]]);
      const rows = sequences.map((ids, sequence) => ({ sequence, position: ids.length - 1 }));
      const logits = await model.logits(sequences, rows, options.signal);
      const width = logits.length / open.length;
      for (const [row, i] of open.entries()) {
        const values = logits.subarray(row * width, (row + 1) * width);
        fresh[i].push(drawToken(values, options.temperature, options.allowed, options.uniform()));
      }
    }
  };
}

/**
 * One token from softmax(logits / temperature) over the allowed ids, by inversion at `uniform`.
 * Values that are not finite have no chance.
 * @throws RangeError when nothing is allowed.
 */
export function drawToken(
  logits: Float32Array,
  temperature: number,
  allowed: Uint8Array,
  uniform: number,
): number {
  const end = Math.min(logits.length, allowed.length);
  let max = -Infinity;
  for (let id = 0; id < end; id++) {
    if (allowed[id] && Number.isFinite(logits[id]) && logits[id] > max) max = logits[id];
  }
  if (max === -Infinity) throw new RangeError("no token may be drawn");
  const weights = new Float64Array(end);
  let total = 0;
  for (let id = 0; id < end; id++) {
    if (!allowed[id] || !Number.isFinite(logits[id])) continue;
    weights[id] = Math.exp((logits[id] - max) / temperature);
    total += weights[id];
  }
  let left = uniform * total;
  let last = -1;
  for (let id = 0; id < end; id++) {
    if (weights[id] === 0) continue;
    last = id;
    left -= weights[id];
    if (left < 0) return id;
  }
  return last;
}
