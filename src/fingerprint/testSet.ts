import { keyOrder, type Bank } from "./bank.ts";
import type { Beacon } from "./beacon.ts";
import type { CommittedPair } from "./commitment.ts";
import type { Hex } from "./encoding.ts";
import type { Manifest } from "./manifest.ts";

/** A pair as verdicts see it: what to ask, and which of its candidates is the response. */
export interface TestPair extends CommittedPair {
  responseIndex: number;
}

/** What a suspect is tested with: a whole bank, or the pairs of a challenge. */
export interface TestSet {
  manifest: Manifest;
  root: Hex;
  beacon: Beacon;
  /** In the order in which they are asked and counted. */
  pairs: readonly TestPair[];
}

/** All pairs of a bank in the order that its secret fixes. */
export function testSetOf(bank: Bank): TestSet {
  const { manifest, root, beacon } = bank;
  return { manifest, root, beacon, pairs: keyOrder(bank).map((index) => bank.pairs[index]) };
}

/** The first `count` pairs of a test set, for a cross-check on another device. */
export function firstPairs(set: TestSet, count: number): TestSet {
  return { ...set, pairs: set.pairs.slice(0, count) };
}
