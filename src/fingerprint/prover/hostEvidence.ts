import type { TestSet } from "../testSet.ts";
import type { KeyEvidence, PrimaryStatistic } from "../verdict.ts";
import type { AnswerReader, NamedToken } from "./answers.ts";

/** What a host said to one key. */
export interface HostAnswer {
  index: number;
  /** Text of the one token asked for; null when no answer came, which counts as a miss. */
  text: string | null;
  /** The most likely tokens; null when the host lists none. */
  listed: readonly NamedToken[] | null;
}

/**
 * The pairs that a host can be asked: all when it lists probabilities, else the loud ones, since text
 * alone never shows a quiet pair. Decided by the committed modes before anything is asked.
 */
export function askable(set: TestSet, listsTokens: boolean): TestSet {
  if (listsTokens) return set;
  return { ...set, pairs: set.pairs.filter(({ mode }) => mode === "loud") };
}

/** Which statistic decides, fixed by a call that holds no key. */
export function primaryFor(listsTokens: boolean): PrimaryStatistic {
  return listsTokens ? "logit" : "text";
}

/**
 * Evidence of one answer. With lists, an answer without one leaves its candidates as in the base model,
 * and a hit counts only where the list does not contradict it.
 */
export function evidenceOfAnswer(
  pair: TestSet["pairs"][number],
  answer: HostAnswer,
  reader: AnswerReader,
  listsTokens: boolean,
): KeyEvidence {
  const suspectLogProbs = listsTokens ? reader.scores(answer.listed ?? []) : null;
  const { index, mode, responseIndex, baseLogProbs } = pair;
  const said = answer.text !== null && reader.candidateOf(answer.text) === responseIndex;
  const hit =
    said && (suspectLogProbs?.every((value) => value <= suspectLogProbs[responseIndex]) ?? true);
  return { index, mode, responseIndex, baseLogProbs, suspectLogProbs, hit };
}
