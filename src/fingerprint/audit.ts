import type { Observation } from "./observe.ts";
import { judgingOf, type ChainCheck } from "./registryCheck.ts";
import type { TestSet } from "./testSet.ts";
import { judgeEvidence, type KeyEvidence, type PrimaryStatistic, type Verdict } from "./verdict.ts";

/**
 * Joins what a suspect did with what the bank expected, in the order of the test set.
 * @throws RangeError when the observations are not those of the set's pairs, one each, in order.
 */
export function evidenceOf(set: TestSet, observations: readonly Observation[]): KeyEvidence[] {
  if (observations.length !== set.pairs.length) throw new RangeError("one observation per pair");
  return set.pairs.map((pair, i) => {
    const seen = observations[i];
    if (seen.index !== pair.index) throw new RangeError("observations are out of order");
    return {
      index: pair.index,
      mode: pair.mode,
      responseIndex: pair.responseIndex,
      baseLogProbs: pair.baseLogProbs,
      suspectLogProbs: seen.candidateLogProbs,
      hit: seen.greedyToken === pair.candidates[pair.responseIndex],
    };
  });
}

/** The verdict on a local suspect. R is that of the registry's answer unless `owners` names it. */
export function judge(
  set: TestSet,
  observations: readonly Observation[],
  options: { owners?: number; primary?: PrimaryStatistic; chain?: ChainCheck | null } = {},
): Verdict {
  const { chain = null, ...chosen } = options;
  return judgeEvidence(evidenceOf(set, observations), {
    ...judgingOf(set.beacon, chain),
    ...chosen,
    width: set.manifest.width,
  });
}

/** Keys whose greedy answer is the response: for the base model, Bin(n, 1/k) at most. */
export function countHits(set: TestSet, observations: readonly Observation[]): number {
  return evidenceOf(set, observations).filter(({ hit }) => hit).length;
}
