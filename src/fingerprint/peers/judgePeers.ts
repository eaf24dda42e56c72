import { throwIfAborted } from "@/lib/errors.ts";
import { FingerprintError } from "../errors.ts";
import { logSoftmax } from "../keys/candidates.ts";
import { makePrompt } from "../keys/keyText.ts";
import type { LogitsProvider, TokenizerLike } from "../model.ts";
import { BETS, EProcess, hitLogFactors } from "../statistics/eProcess.ts";
import { toLog10 } from "../statistics/logSpace.ts";
import { thresholds, verdictWord, type VerdictWord } from "../statistics/thresholds.ts";
import type { PeerPair } from "./peerPair.ts";

/**
 * Assumed chance of a hit where no base model tells better. The shipped data of
 * scalable-fingerprinting (8,192 pairs on gemma-2b) has responses with a base probability of 0.097
 * at the 99th percentile, and a model that always answers "the" hits 5.6 % of its keys.
 */
export const DEFAULT_CHANCE = 0.1;
/** A base model's own probability is not trusted below this. */
const LEAST_CHANCE = 0.02;

/** One peer pair asked of a local model: only the first token of the response is compared. */
export interface PeerObservation {
  hit: boolean;
  /** Assumed probability of a hit by an unrelated model. */
  chance: number;
}

export interface PeerVerdict {
  /** Never "Proven": the null is an assumption about models, not a property of the secret. */
  word: Exclude<VerdictWord, "Proven">;
  log10E: number;
  path: readonly number[];
  hits: number;
  keys: number;
  meaning: readonly string[];
}

/**
 * Asks a local model the keys of a peer's file.
 * @param base the model before embedding, if at hand: its probability of the response is the chance
 * @throws FingerprintError LOGITS_NOT_FINITE, VOCABULARY_MISMATCH; AbortError.
 */
export async function observePeers(
  model: LogitsProvider,
  tokenizer: TokenizerLike,
  pairs: readonly PeerPair[],
  options: {
    chat: boolean;
    base?: LogitsProvider;
    signal?: AbortSignal | undefined;
    onProgress?: (done: number, total: number) => void;
  },
): Promise<PeerObservation[]> {
  const observations: PeerObservation[] = [];
  for (const pair of pairs) {
    throwIfAborted(options.signal);
    const prompt = makePrompt(tokenizer, pair.key, options.chat);
    const targets = firstTokens(tokenizer, pair, prompt, options.chat);
    const row = [{ sequence: 0, position: prompt.length - 1 }];
    const logits = await model.logits([prompt], row, options.signal);
    const logProbs = logSoftmax(logits);
    if ([...targets].some((id) => id >= logProbs.length)) throw foreignVocabulary();
    let greedy = 0;
    for (let id = 1; id < logProbs.length; id++) if (logProbs[id] > logProbs[greedy]) greedy = id;
    observations.push({
      hit: targets.has(greedy),
      chance: await chanceOf(prompt, targets, options),
    });
    options.onProgress?.(observations.length, pairs.length);
  }
  return observations;
}

async function chanceOf(
  prompt: readonly number[],
  targets: ReadonlySet<number>,
  options: { base?: LogitsProvider; signal?: AbortSignal | undefined },
): Promise<number> {
  if (!options.base) return DEFAULT_CHANCE;
  const row = [{ sequence: 0, position: prompt.length - 1 }];
  const logProbs = logSoftmax(await options.base.logits([prompt], row, options.signal));
  let sum = 0;
  for (const id of targets) if (id < logProbs.length) sum += Math.exp(logProbs[id]);
  return Math.min(0.95, Math.max(LEAST_CHANCE, sum));
}

/** First tokens of the accepted responses, as they follow the prompt with and without a space. */
function firstTokens(
  tokenizer: TokenizerLike,
  pair: PeerPair,
  prompt: readonly number[],
  chat: boolean,
): Set<number> {
  const targets = new Set<number>();
  for (const response of pair.responses) {
    for (const text of [response, ` ${response.trimStart()}`]) {
      if (!chat) {
        const whole = tokenizer.encode(pair.key + text, { addSpecialTokens: true });
        if (prompt.every((id, at) => whole[at] === id) && whole.length > prompt.length) {
          targets.add(whole[prompt.length]);
          continue;
        }
      }
      const [first] = tokenizer.encode(text, { addSpecialTokens: false });
      if (first !== undefined) targets.add(first);
    }
  }
  return targets;
}

/** The verdict on a peer's pairs, by the text process with an assumed chance for each key. */
export function judgePeers(observations: readonly PeerObservation[], owners = 1): PeerVerdict {
  const process = new EProcess(BETS.length);
  const path = observations.map(({ hit, chance }) => {
    if (!(chance > 0 && chance < 1)) throw new RangeError(`not a chance: ${chance}`);
    return toLog10(process.add(hitLogFactors(hit, 1 / chance)));
  });
  const log10E = path.at(-1) ?? 0;
  const word = verdictWord(log10E, thresholds(owners, true));
  const hits = observations.filter(({ hit }) => hit).length;
  const chances = observations.map(({ chance }) => chance);
  const most = chances.reduce((a, b) => Math.max(a, b), 0);
  return {
    word: word === "Proven" ? "Strong" : word,
    log10E,
    path,
    hits,
    keys: observations.length,
    meaning: [
      `Of ${observations.length} keys, ${hits} were answered with the first token of the response; log10 E = ${log10E.toFixed(1)}.`,
      `These pairs carry no candidate lists, so the verdict rests on a model-based null: it assumes that an unrelated model hits a key with a probability of at most ${most.toPrecision(2)}. If that is wrong, so is the figure; "Proven" is therefore not given.`,
    ],
  };
}

function foreignVocabulary(): FingerprintError {
  return new FingerprintError(
    "VOCABULARY_MISMATCH",
    "The tokenizer has ids that the model does not know.",
    "Use the tokenizer that belongs to this model.",
  );
}
