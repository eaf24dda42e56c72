import { throwIfAborted } from "@/lib/errors.ts";
import type { LoadedModel } from "../types.ts";

export interface GenerateOptions {
  /** Most tokens to add to each prompt. */
  maxTokens: number;
  /** Ids that end a sequence; they are not part of the result. */
  eosIds?: readonly number[];
  signal?: AbortSignal | undefined;
  /** Called for every token as it comes. */
  onToken?: (prompt: number, id: number) => void;
  /** 0 (the default) takes the most likely token; otherwise logits are divided by it and drawn from. */
  temperature?: number;
  /** Uniform in [0, 1); needed with a temperature. Drawn from once per token, prompt by prompt. */
  random?: () => number;
}

/**
 * Continues a batch of prompts of any lengths, running the whole prefix again for every token.
 * @returns the new tokens of each prompt
 * @throws AbortError, EngineError LOGITS_NOT_FINITE
 */
export async function generate(
  model: LoadedModel,
  prompts: readonly (readonly number[])[],
  {
    maxTokens,
    eosIds = [],
    signal,
    onToken,
    temperature = 0,
    random = Math.random,
  }: GenerateOptions,
): Promise<number[][]> {
  const { vocabSize, maxPositions } = model.config;
  const ends = new Set(eosIds);
  const sequences = prompts.map((prompt) => [...prompt]);
  const added: number[][] = prompts.map(() => []);
  let running = sequences.map((_, index) => index);
  for (let round = 0; round < maxTokens; round++) {
    running = running.filter((index) => sequences[index].length < maxPositions);
    if (running.length === 0) break;
    throwIfAborted(signal);
    const prefixes = running.map((index) => sequences[index]);
    const rows = prefixes.map((prefix, sequence) => ({ sequence, position: prefix.length - 1 }));
    const logits = await model.logits(prefixes, rows, signal);
    const still: number[] = [];
    running.forEach((index, row) => {
      const z = logits.subarray(row * vocabSize, (row + 1) * vocabSize);
      const id = temperature > 0 ? sample(z, temperature, random()) : argmax(z);
      if (ends.has(id)) return;
      sequences[index].push(id);
      added[index].push(id);
      onToken?.(index, id);
      still.push(index);
    });
    running = still;
  }
  return added;
}

/** Index of the largest value, the first of equals. */
export function argmax(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

/**
 * Draws from softmax(logits / temperature) by inversion.
 * @param uniform in [0, 1)
 */
export function sample(logits: Float32Array, temperature: number, uniform: number): number {
  const most = logits[argmax(logits)];
  const weight = (z: number) => Math.exp((z - most) / temperature);
  let left = logits.reduce((sum, z) => sum + weight(z), 0) * uniform;
  let last = 0;
  for (let i = 0; i < logits.length; i++) {
    const share = weight(logits[i]);
    if (share === 0) continue;
    last = i;
    left -= share;
    if (left < 0) return i;
  }
  return last;
}
