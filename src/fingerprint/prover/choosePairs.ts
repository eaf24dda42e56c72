import { keyOrder, type Bank } from "../bank.ts";
import { unburntPairs } from "../burnLog.ts";
import { FingerprintError } from "../errors.ts";
import { BETS, EProcess, hitLogFactors } from "../statistics/eProcess.ts";
import { toLog10 } from "../statistics/logSpace.ts";
import { keysNeeded, thresholds } from "../statistics/thresholds.ts";

/** How many pairs a challenge needs for the word "Proven". */
export interface PairsNeeded {
  /** Fewest that suffice when only text comes back and every answer is the response. */
  allHits: number;
  /** With room for a quarter of the evidence lost. */
  advised: number;
}

/**
 * Pairs that a challenge needs, in bound or unbound mode, when `owners` banks (or draws of beacons)
 * are tried on one suspect.
 */
export function pairsNeeded(width: number, owners: number, bound: boolean): PairsNeeded {
  const { proven } = thresholds(owners, bound);
  const process = new EProcess(BETS.length);
  let allHits = 0;
  let log10E = 0;
  // Every hit adds at least log10(1.25), so that this ends.
  while (log10E < proven) {
    log10E = toLog10(process.add(hitLogFactors(true, width)));
    allHits++;
  }
  return {
    allHits,
    advised: Math.max(Math.ceil(allHits / 0.75), keysNeeded(width, owners, bound)),
  };
}

/**
 * The next unburnt pairs in the order that the bank's secret fixes; loud ones first, since a host that
 * returns text alone shows no others. The choice knows nothing of any answer.
 * @param alsoBurnt pairs that were shown elsewhere, for example on a chain
 * @throws FingerprintError PAIRS_TOO_FEW.
 */
export function choosePairs(
  bank: Bank,
  count: number,
  alsoBurnt: ReadonlySet<number> = new Set(),
): number[] {
  const free = new Set(unburntPairs(bank).filter((index) => !alsoBurnt.has(index)));
  const inOrder = keyOrder(bank).filter((index) => free.has(index));
  if (!Number.isInteger(count) || count < 1 || count > inOrder.length) {
    throw new FingerprintError(
      "PAIRS_TOO_FEW",
      "The bank has fewer unburnt pairs than that.",
      "Choose fewer pairs, or register a new epoch with a new bank.",
      { details: `${inOrder.length} pairs are unburnt` },
    );
  }
  const loud = inOrder.filter((index) => bank.pairs[index].mode === "loud");
  const quiet = inOrder.filter((index) => bank.pairs[index].mode === "quiet");
  return [...loud, ...quiet].slice(0, count);
}
