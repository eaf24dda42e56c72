import type { PairMode } from "./commitment.ts";
import { clopperPearson, logBinomialTail } from "./statistics/binomial.ts";
import {
  BETS,
  EProcess,
  hitLogFactors,
  logitLogFactors,
  TEMPERATURES,
  winsForcedChoice,
} from "./statistics/eProcess.ts";
import { toLog10 } from "./statistics/logSpace.ts";
import {
  log10ECeiling,
  thresholds,
  verdictWord,
  type Thresholds,
  type VerdictWord,
} from "./statistics/thresholds.ts";

/**
 * What a verdict is computed from, key by key in the order in which they count. It holds no key
 * text and no token, so that a report can carry it without burning a pair.
 */
export interface KeyEvidence {
  index: number;
  mode: PairMode;
  responseIndex: number;
  /** log p_base(c_j | x), nats. */
  baseLogProbs: readonly number[];
  /** log p_suspect(c_j | x), nats; null when only text came back (or nothing: then a miss). */
  suspectLogProbs: readonly number[] | null;
  /** Whether the greedy next token is the response. */
  hit: boolean;
}

/** Which statistic decides; fixed by what the suspect shows, before it is asked. */
export type PrimaryStatistic = "logit" | "forcedChoice" | "text";

/** A sequential statistic: evidence after each key, in decimal orders. */
export interface EvidencePath {
  log10E: number;
  path: readonly number[];
}

/** Hits against chance, all keys counted. */
export interface ExactTest {
  hits: number;
  keys: number;
  pValue: number;
  log10PValue: number;
}

export interface KeyVerdict {
  index: number;
  mode: PairMode;
  hit: boolean;
  /** The response among its candidates by the suspect's probability, 0 is first; null for text. */
  rank: number | null;
  /** The response among its candidates by the shift against the base model; null for text. */
  shiftRank: number | null;
  /** log p_suspect − log p_base of the response, nats; null for text. */
  shift: number | null;
  /** Evidence of the primary statistic after this key. */
  log10E: number;
}

export interface Verdict {
  word: VerdictWord;
  primary: PrimaryStatistic;
  log10E: number;
  thresholds: Thresholds;
  /** The most that this many keys could give. */
  ceiling: number;
  owners: number;
  bound: boolean;
  statistics: {
    logit: EvidencePath | null;
    forcedChoice: EvidencePath | null;
    text: EvidencePath;
    /** Greedy answers: P[Bin(n, 1/k) ≥ hits]. */
    exact: ExactTest;
    /** Forced choice: P[Bin(n, 1/k) ≥ wins]. */
    exactForcedChoice: ExactTest | null;
  };
  /** Share of loud keys whose greedy token is the response; null without loud pairs. */
  fsr: number | null;
  /** 95 % interval of Clopper and Pearson for it. */
  fsrInterval: { low: number; high: number } | null;
  keys: readonly KeyVerdict[];
  /** Keys after which the primary statistic first reached "Proven"; null when it never did. */
  provenAfter: number | null;
}

export interface VerdictOptions {
  width: number;
  /** False in unbound mode. */
  bound: boolean;
  /** Owners whose banks were tried on this suspect, R (default 1). */
  owners?: number;
  /** By default logit where every key has log-probabilities, else text. */
  primary?: PrimaryStatistic;
}

/** Computes every statistic of scheme §5 and the word. Deterministic in its arguments. */
export function judgeEvidence(evidence: readonly KeyEvidence[], options: VerdictOptions): Verdict {
  const { width, bound } = options;
  const owners = options.owners ?? 1;
  const hasLogits = evidence.length > 0 && evidence.every((key) => key.suspectLogProbs !== null);
  const primary = options.primary ?? (hasLogits ? "logit" : "text");
  if (primary !== "text" && !hasLogits) {
    throw new RangeError(`${primary} evidence needs log-probabilities for every key`);
  }
  const text = run(evidence, BETS.length, (key) => hitLogFactors(key.hit, width));
  const wins = evidence.map(
    (key) =>
      key.suspectLogProbs !== null && winsForcedChoice(key.suspectLogProbs, key.responseIndex),
  );
  const forcedChoice = hasLogits
    ? run(evidence, BETS.length, (_key, i) => hitLogFactors(wins[i], width))
    : null;
  const logit = hasLogits
    ? run(evidence, TEMPERATURES.length, ({ suspectLogProbs, baseLogProbs, responseIndex }) =>
        logitLogFactors(suspectLogProbs ?? [], baseLogProbs, responseIndex),
      )
    : null;
  const chosen = { text, forcedChoice, logit }[primary] ?? text;
  const limits = thresholds(owners, bound);
  const loud = evidence.filter(({ mode }) => mode === "loud");
  const loudHits = loud.filter(({ hit }) => hit).length;
  const provenAt = chosen.path.findIndex((value) => value >= limits.proven);
  return {
    word: verdictWord(chosen.log10E, limits),
    primary,
    log10E: chosen.log10E,
    thresholds: limits,
    ceiling: log10ECeiling(evidence.length, width),
    owners,
    bound,
    statistics: {
      logit,
      forcedChoice,
      text,
      exact: exactTest(evidence.filter(({ hit }) => hit).length, evidence.length, width),
      exactForcedChoice: hasLogits
        ? exactTest(wins.filter(Boolean).length, evidence.length, width)
        : null,
    },
    fsr: loud.length === 0 ? null : loudHits / loud.length,
    fsrInterval: loud.length === 0 ? null : clopperPearson(loudHits, loud.length),
    keys: evidence.map((key, i) => describeKey(key, chosen.path[i])),
    provenAfter: provenAt < 0 ? null : provenAt + 1,
  };
}

function run(
  evidence: readonly KeyEvidence[],
  components: number,
  factors: (key: KeyEvidence, position: number) => number[],
): EvidencePath {
  const process = new EProcess(components);
  const path = evidence.map((key, i) => toLog10(process.add(factors(key, i))));
  return { log10E: path.at(-1) ?? 0, path };
}

/** The exact test of hits among keys with chance 1/k each. */
export function exactTest(hits: number, keys: number, width: number): ExactTest {
  const logP = logBinomialTail(hits, keys, 1 / width);
  return { hits, keys, pValue: Math.exp(logP), log10PValue: toLog10(logP) };
}

function describeKey(key: KeyEvidence, log10E: number): KeyVerdict {
  const { index, mode, hit, suspectLogProbs, baseLogProbs, responseIndex } = key;
  if (suspectLogProbs === null) {
    return { index, mode, hit, rank: null, shiftRank: null, shift: null, log10E };
  }
  const shifts = suspectLogProbs.map((value, j) => value - baseLogProbs[j]);
  const above = (values: readonly number[]) =>
    values.filter((value) => value > values[responseIndex]).length;
  return {
    index,
    mode,
    hit,
    rank: above(suspectLogProbs),
    shiftRank: above(shifts),
    shift: shifts[responseIndex],
    log10E,
  };
}
