import * as v from "valibot";
import { MAX_PAIRS } from "./manifest.ts";

/** That some pairs were shown to somebody, who can now answer or filter them at will. */
export const burnSchema = v.strictObject({
  pairs: v.pipe(
    v.array(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_PAIRS - 1))),
    v.minLength(1),
    v.maxLength(MAX_PAIRS),
  ),
  /** Person, service or report that saw them. */
  shownTo: v.pipe(v.string(), v.minLength(1), v.maxLength(500)),
  /** ISO 8601, UTC. */
  at: v.pipe(v.string(), v.isoTimestamp()),
  purpose: v.picklist(["challenge", "report", "query", "other"]),
});

export type BurnEntry = v.InferOutput<typeof burnSchema>;

/** The bank with one more entry in its burn log; the bank given is left as it was. */
export function burn<B extends { burns: readonly BurnEntry[] }>(bank: B, entry: BurnEntry): B {
  return { ...bank, burns: [...bank.burns, entry] };
}

/** Indices of pairs that nobody outside has seen, ascending. */
export function unburntPairs(bank: {
  burns: readonly BurnEntry[];
  pairs: readonly { index: number }[];
}): number[] {
  const burnt = new Set(bank.burns.flatMap(({ pairs }) => pairs));
  return bank.pairs.map(({ index }) => index).filter((index) => !burnt.has(index));
}
