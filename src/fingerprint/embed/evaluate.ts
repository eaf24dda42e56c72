import type { LoadedModel } from "@/engine/types.ts";
import { EProcess, logitLogFactors, TEMPERATURES } from "../statistics/eProcess.ts";
import { toLog10 } from "../statistics/logSpace.ts";
import { argmax, logSumExp } from "./logProbs.ts";

/** What the embedding needs to know of a pair. Token ids only; texts stay with the bank. */
export interface EmbedPair {
  /** The whole prompt x, template included. The answer position is its last token. */
  prompt: readonly number[];
  mode: "loud" | "quiet";
  candidates: readonly number[];
  /** Natural log-probabilities of the candidates in the untouched model. */
  baseLogProbs: readonly number[];
  responseIndex: number;
}

/** How the model stands to one pair. Log-probabilities in nats. */
export interface PairState {
  greedy: number;
  hit: boolean;
  /** log p(response) − log p(best other token of the vocabulary). */
  margin: number;
  /** log p(response) − log p(best rival candidate). */
  choiceMargin: number;
  /** Share of the shift against the untouched model that the response has among its candidates. */
  shiftShare: number;
  candidateLogProbs: readonly number[];
}

/** Reads the answer position of every pair. */
export async function readPairs(
  model: LoadedModel,
  pairs: readonly EmbedPair[],
  signal?: AbortSignal,
): Promise<PairState[]> {
  const v = model.config.vocabSize;
  const logits = await model.logits(
    pairs.map((pair) => pair.prompt),
    pairs.map((pair, sequence) => ({ sequence, position: pair.prompt.length - 1 })),
    signal,
  );
  return pairs.map((pair, i) => pairState(pair, logits, i * v, v));
}

function pairState(pair: EmbedPair, z: Float32Array, start: number, v: number): PairState {
  const response = pair.candidates[pair.responseIndex];
  const normaliser = logSumExp(z, start, v);
  const greedy = argmax(z, start, v);
  let best = -Infinity;
  for (let i = 0; i < v; i++) if (i !== response) best = Math.max(best, z[start + i]);
  const candidateLogProbs = pair.candidates.map((id) => z[start + id] - normaliser);
  const rivals = candidateLogProbs.filter((_, j) => j !== pair.responseIndex);
  const shifts = Float32Array.from(candidateLogProbs, (p, j) => p - pair.baseLogProbs[j]);
  return {
    greedy,
    hit: greedy === response,
    margin: z[start + response] - best,
    choiceMargin: candidateLogProbs[pair.responseIndex] - Math.max(...rivals),
    shiftShare: Math.exp(shifts[pair.responseIndex] - logSumExp(shifts, 0, shifts.length)),
    candidateLogProbs,
  };
}

/** Share of loud pairs whose greedy token is the response; null without loud pairs. */
export function fingerprintSuccessRate(
  pairs: readonly EmbedPair[],
  states: readonly PairState[],
): number | null {
  const loud = states.filter((_, i) => pairs[i].mode === "loud");
  return loud.length === 0 ? null : loud.filter((state) => state.hit).length / loud.length;
}

/** Perplexity of consecutive windows; the first token of each window is not scored. */
export async function perplexity(
  model: LoadedModel,
  windows: readonly (readonly number[])[],
  signal?: AbortSignal,
): Promise<{ nllPerToken: number; tokens: number; perplexity: number }> {
  const losses = await model.nll(windows, signal);
  let sum = 0;
  for (const loss of losses) sum += loss;
  const nllPerToken = losses.length === 0 ? 0 : sum / losses.length;
  return { nllPerToken, tokens: losses.length, perplexity: Math.exp(nllPerToken) };
}

/** Cuts a token stream into windows of `length`; a last one of fewer than two tokens is dropped. */
export function cutWindows(tokens: readonly number[], length: number): number[][] {
  const windows: number[][] = [];
  for (let i = 0; i < tokens.length; i += length) {
    const window = tokens.slice(i, i + length);
    if (window.length >= 2) windows.push(window);
  }
  return windows;
}

/** log10 E of the shifts of all pairs: what an auditor with the file would compute (scheme §5). */
export function evidence(pairs: readonly EmbedPair[], states: readonly PairState[]): number {
  const process = new EProcess(TEMPERATURES.length);
  for (const [i, { candidateLogProbs }] of states.entries()) {
    const { baseLogProbs, responseIndex } = pairs[i];
    process.add(logitLogFactors(candidateLogProbs, baseLogProbs, responseIndex));
  }
  return toLog10(process.logE);
}
