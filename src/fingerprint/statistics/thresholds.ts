export type VerdictWord = "Proven" | "Strong" | "Inconclusive" | "No evidence";

/** Decimal orders by which unbound verdicts need more: their owner may have ground 2^40 secrets. */
export const UNBOUND_LOG10 = 40 * Math.log10(2);

/** What log10 E must reach for each word. */
export interface Thresholds {
  proven: number;
  strong: number;
  /** Below this the word is "No evidence". */
  inconclusive: number;
}

/**
 * Thresholds on log10 E when R owners' banks are tried on one suspect (Bonferroni): 1e4·R for
 * Proven, 1e3·R for Strong; 2^40 times as much in unbound mode. Inconclusive begins at 10·R in either
 * mode: what grinding could explain proves nothing, but it is not "no evidence".
 */
export function thresholds(owners: number, bound: boolean): Thresholds {
  if (!Number.isInteger(owners) || owners < 1) throw new RangeError("at least one owner");
  const tried = Math.log10(owners);
  const more = tried + (bound ? 0 : UNBOUND_LOG10);
  return { proven: 4 + more, strong: 3 + more, inconclusive: 1 + tried };
}

/** The word for an amount of evidence. */
export function verdictWord(log10E: number, limits: Thresholds): VerdictWord {
  if (log10E >= limits.proven) return "Proven";
  if (log10E >= limits.strong) return "Strong";
  return log10E >= limits.inconclusive ? "Inconclusive" : "No evidence";
}

/** The most evidence that n keys with k candidates can give: log10 k^n. */
export function log10ECeiling(keys: number, width: number): number {
  return keys * Math.log10(width);
}

/**
 * Fewest keys with which Proven is within reach when a share of the ceiling is really obtained
 * (three quarters leaves room for keys that an attack has weakened).
 */
export function keysNeeded(
  width: number,
  owners: number,
  bound: boolean,
  shareOfCeiling = 0.75,
): number {
  return Math.ceil(thresholds(owners, bound).proven / (shareOfCeiling * Math.log10(width)));
}
