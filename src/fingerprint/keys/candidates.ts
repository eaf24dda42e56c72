import { FingerprintError } from "../errors.ts";
import type { TokenizerLike } from "../model.ts";
import { normaliseAnswer, type TokenTable } from "./tokenTable.ts";

/** Tokens less likely than this are never candidates. */
export const MIN_PROBABILITY = 1e-6;

/** log-probabilities in nats of one row of logits. @throws FingerprintError LOGITS_NOT_FINITE. */
export function logSoftmax(logits: Float32Array): Float64Array {
  let max = -Infinity;
  let finite = true;
  for (const value of logits) {
    if (!Number.isFinite(value)) finite = false;
    if (value > max) max = value;
  }
  if (!finite) {
    throw new FingerprintError(
      "LOGITS_NOT_FINITE",
      "The model's answer contains NaN or infinite values.",
      "Check that the weights are intact; if they are, run again on the processor.",
    );
  }
  let sum = 0;
  for (const value of logits) sum += Math.exp(value - max);
  const normaliser = max + Math.log(sum);
  const result = new Float64Array(logits.length);
  for (let i = 0; i < logits.length; i++) result[i] = logits[i] - normaliser;
  return result;
}

/** Entropy in bits of a distribution given by its log-probabilities in nats. */
export function entropyBits(logProbs: Float64Array): number {
  let sum = 0;
  for (const value of logProbs) if (value > -700) sum -= Math.exp(value) * value;
  return sum / Math.LN2;
}

export interface CandidateList {
  ids: number[];
  /** log p(id), nats. */
  logProbs: number[];
  /** Tokens of the nucleus. */
  nucleusSize: number;
}

/**
 * The first `width` eligible tokens after the nucleus, the smallest set of most likely tokens with
 * mass ≥ t; fewer when fewer are left with p ≥ 1e-6. Equal probabilities go by id.
 * (Perinucleus sampling of Nasery et al., arXiv 2502.07760, with the list fixed before the draw.)
 */
export function selectCandidates(
  logProbs: Float64Array,
  options: { width: number; nucleusMass: number; eligible: (id: number) => boolean },
): CandidateList {
  const floor = Math.log(MIN_PROBABILITY);
  const likely: number[] = [];
  for (let id = 0; id < logProbs.length; id++) if (logProbs[id] >= floor) likely.push(id);
  likely.sort((a, b) => logProbs[b] - logProbs[a] || a - b);

  let mass = 0;
  let nucleusSize = 0;
  while (nucleusSize < likely.length && mass < options.nucleusMass) {
    mass += Math.exp(logProbs[likely[nucleusSize]]);
    nucleusSize++;
  }
  const ids: number[] = [];
  for (let at = nucleusSize; at < likely.length && ids.length < options.width; at++) {
    if (options.eligible(likely[at])) ids.push(likely[at]);
  }
  return { ids, logProbs: ids.map((id) => logProbs[id]), nucleusSize };
}

/**
 * Answers whether prompt and token, written as text and read again, give the prompt's ids and then
 * the token's.
 */
export function makeStability(
  tokenizer: TokenizerLike,
  prompt: readonly number[],
  chat: boolean,
): (id: number) => boolean {
  // A chat prompt holds control tokens, which have to be spelt out to be read back.
  const skipSpecialTokens = !chat;
  const reread = (ids: readonly number[]) =>
    trimEos(
      tokenizer.encode(tokenizer.decode(ids, { skipSpecialTokens }), { addSpecialTokens: !chat }),
      tokenizer,
    );
  const before = reread(prompt);
  return (id) => {
    const after = reread([...prompt, id]);
    if (after.length !== before.length + 1 || after[before.length] !== id) return false;
    return before.every((token, at) => after[at] === token);
  };
}

/** Answers whether a token may be a candidate; keeps what it has taken, so ask in order. */
export function makeEligibility(
  tokenizer: TokenizerLike,
  table: TokenTable,
  prompt: readonly number[],
  chat: boolean,
): (id: number) => boolean {
  const isStable = makeStability(tokenizer, prompt, chat);
  const taken = new Set<string>();
  return (id) => {
    if (id >= tokenizer.vocabSize || table.answerable[id] !== 1) return false;
    // "The" and "the" would be one answer to whoever reads text.
    const normalised = normaliseAnswer(table.text(id));
    if (taken.has(normalised) || !isStable(id)) return false;
    taken.add(normalised);
    return true;
  };
}

/** Ids without an end-of-text token that the post-processor put after them. */
export function trimEos(ids: readonly number[], tokenizer: TokenizerLike): number[] {
  const eos = new Set(tokenizer.eosIds);
  let end = ids.length;
  while (end > 1 && eos.has(ids[end - 1])) end--;
  return ids.slice(0, end);
}
