import { expect, test } from "vitest";
import { isMajority, isQuorumReached, missingVotes, parts, quorumOf } from "./tally.ts";
import { issueLimits, supplyAt } from "./supply.ts";

const tally = (forIt: bigint, against: bigint, abstain = 0n) => ({ forIt, against, abstain });

test("a tenth of the shares is the quorum, cut, and abstentions count for it", () => {
  expect(quorumOf(1_000_000n)).toBe(100_000n);
  expect(quorumOf(1_000_009n)).toBe(100_000n);
  expect(isQuorumReached(tally(99_999n, 500_000n), 1_000_000n)).toBe(false);
  expect(isQuorumReached(tally(99_999n, 0n, 1n), 1_000_000n)).toBe(true);
});

test("a tie is no majority; two thirds are enough for new shares, a vote less is not", () => {
  expect(isMajority(tally(5n, 5n), false)).toBe(false);
  expect(isMajority(tally(6n, 5n), false)).toBe(true);
  expect(isMajority(tally(6n, 5n), true)).toBe(false);
  expect(isMajority(tally(10n, 5n), true)).toBe(true);
  expect(isMajority(tally(9n, 5n), true)).toBe(false);
  expect(isMajority(tally(0n, 0n), true)).toBe(false);
});

test("with the missing votes it passes, and with one less it does not", () => {
  for (const supermajority of [false, true]) {
    for (const [forIt, against, abstain] of [
      [0n, 0n, 0n],
      [0n, 0n, 300n],
      [40n, 70n, 10n],
      [90n, 10n, 0n],
      [500n, 400n, 0n],
    ]) {
      const now = tally(forIt, against, abstain);
      const passes = (more: bigint): boolean => {
        const then = tally(forIt + more, against, abstain);
        return isQuorumReached(then, 1_000n) && isMajority(then, supermajority);
      };
      const missing = missingVotes(now, 1_000n, supermajority);
      expect(passes(missing)).toBe(true);
      if (missing > 0n) expect(passes(missing - 1n)).toBe(false);
    }
  }
});

test("parts of a bar make the whole", () => {
  expect(parts(tally(0n, 0n))).toEqual([0, 0, 0]);
  expect(parts(tally(1n, 1n, 1n))).toEqual([333, 333, 334]);
  expect(parts(tally(700_000n, 200_000n, 100_000n))).toEqual([700, 200, 100]);
});

test("shares at a moment are those after the issues before it", () => {
  const shares = {
    supply: 1_300_000n,
    issues: [
      { to: "0x00", amount: 100_000n, supplyBefore: 1_000_000n, timeSeconds: 50n },
      { to: "0x00", amount: 200_000n, supplyBefore: 1_100_000n, timeSeconds: 90n },
    ],
  } as const;
  expect([49n, 50n, 89n, 90n].map((at) => supplyAt(shares, at))).toEqual([
    1_000_000n,
    1_100_000n,
    1_100_000n,
    1_300_000n,
  ]);
  // 200,000 of the first million were 100,000 more than a fifth allows: nothing is left.
  expect(issueLimits(shares, 100n).most).toBe(-100_000n);
});
