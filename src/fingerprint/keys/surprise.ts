import type { KeyModel } from "../model.ts";

/** Mean negative log-likelihood in nats per token of each sequence (log-perplexity). */
export async function logPerplexities(
  model: Pick<KeyModel, "nll">,
  sequences: readonly (readonly number[])[],
  signal?: AbortSignal,
): Promise<number[]> {
  const losses = await model.nll(sequences, signal);
  let at = 0;
  return sequences.map((sequence) => {
    let sum = 0;
    const count = Math.max(0, sequence.length - 1);
    for (let i = 0; i < count; i++) sum += losses[at++];
    return count === 0 ? 0 : sum / count;
  });
}

/** The smallest of the values that at least `share` of them do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
}
