import * as fc from "fast-check";
import { expect, test } from "vitest";
import { FakeChain } from "./fixtures/fakeChain.ts";
import { SYNTHETIC_CONTRACTS } from "./fixtures/syntheticEvents.ts";
import { applyPatch, diffStates } from "./patch.ts";
import { reduceAll } from "./reduce.ts";
import { emptyState } from "./state.ts";

test("a patch makes one state of another, forwards and back, across a clone", () => {
  fc.assert(
    fc.property(fc.nat(500), fc.nat(120), fc.nat(120), (seed, first, more) => {
      const chain = new FakeChain(seed);
      chain.grow(first);
      const before = reduceAll(emptyState(SYNTHETIC_CONTRACTS), chain.allLogs);
      const count = chain.allLogs.length;
      chain.grow(more);
      const after = reduceAll(before, chain.allLogs.slice(count));
      const there = structuredClone(diffStates(before, after));
      expect(applyPatch(before, there)).toEqual(after);
      expect(applyPatch(after, diffStates(after, before))).toEqual(before);
    }),
    { numRuns: 25 },
  );
});

test("nothing changed is an empty patch", () => {
  const state = emptyState(SYNTHETIC_CONTRACTS);
  expect(diffStates(state, state)).toEqual([]);
  expect(applyPatch(state, [])).toBe(state);
});
