import { throwIfAborted } from "@/lib/errors.ts";
import { FingerprintError } from "./errors.ts";
import { logSoftmax } from "./keys/candidates.ts";
import type { LogitsProvider } from "./model.ts";
import type { TestPair, TestSet } from "./testSet.ts";

/** What a suspect did with one key. */
export interface Observation {
  index: number;
  /** log p_suspect(c_j | x) in nats, in the order of the candidates. */
  candidateLogProbs: number[];
  /** The suspect's most likely next token, the first of equals. */
  greedyToken: number;
  greedyLogProb: number;
  /** Tokens of the whole vocabulary that are more likely than the response. */
  responseRank: number;
}

export interface ObserveOptions {
  signal?: AbortSignal | undefined;
  /** Called after every key, in the order in which keys count. */
  onObservation?: (observation: Observation, done: number, total: number) => void;
  /** Keys asked at once (default 8). */
  batchKeys?: number;
}

/**
 * Asks a local model every key of a test set, in its order.
 * @throws FingerprintError LOGITS_NOT_FINITE, LOGITS_ALL_ZERO, VOCABULARY_MISMATCH; AbortError.
 */
export async function observe(
  model: LogitsProvider,
  set: TestSet,
  options: ObserveOptions = {},
): Promise<Observation[]> {
  const observations: Observation[] = [];
  const batchKeys = options.batchKeys ?? 8;
  for (let first = 0; first < set.pairs.length; first += batchKeys) {
    throwIfAborted(options.signal);
    const pairs = set.pairs.slice(first, first + batchKeys);
    const prompts = pairs.map(({ prompt }) => prompt);
    const rows = prompts.map((ids, sequence) => ({ sequence, position: ids.length - 1 }));
    const logits = await model.logits(prompts, rows, options.signal);
    const width = logits.length / pairs.length;
    for (const [row, pair] of pairs.entries()) {
      const observation = readRow(pair, logits.subarray(row * width, (row + 1) * width));
      observations.push(observation);
      options.onObservation?.(observation, observations.length, set.pairs.length);
    }
  }
  return observations;
}

function readRow(pair: TestPair, logits: Float32Array): Observation {
  if (logits.every((value) => value === 0)) {
    throw new FingerprintError(
      "LOGITS_ALL_ZERO",
      "The model answers with nothing but zeros.",
      "The weights are empty or the device failed; check the files, then run on the processor.",
    );
  }
  if (pair.candidates.some((id) => id >= logits.length)) {
    throw new FingerprintError(
      "VOCABULARY_MISMATCH",
      "The suspect's vocabulary is smaller than that of the fingerprinted model.",
      "This is another kind of model; the bank says nothing about it.",
    );
  }
  const logProbs = logSoftmax(logits);
  let greedyToken = 0;
  for (let id = 1; id < logits.length; id++) if (logits[id] > logits[greedyToken]) greedyToken = id;
  const response = logits[pair.candidates[pair.responseIndex]];
  let responseRank = 0;
  for (const value of logits) if (value > response) responseRank++;
  return {
    index: pair.index,
    candidateLogProbs: pair.candidates.map((id) => logProbs[id]),
    greedyToken,
    greedyLogProb: logProbs[greedyToken],
    responseRank,
  };
}
