import { array, assert, integer, property, uniqueArray } from "fast-check";
import { describe, expect, test } from "vitest";
// Written by scripts/oracle/lineage_fixture.py; the contract replays the same file.
import fixture from "../../../contracts/test/fixtures/lineage.json" with { type: "json" };
import { flatten, LineageError, type Ancestor } from "./lineage.ts";

const ancestors = (list: readonly (readonly number[])[]): Ancestor[] =>
  list.map(([model, ppm]) => ({ model: BigInt(model), ppm: BigInt(ppm) }));

/** Lineages by hand: model → its flattened ancestors. */
const known = (lineages: Record<string, [number, number][]>) => (model: bigint) =>
  ancestors(lineages[String(model)] ?? []);

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof LineageError) return error.code;
    throw error;
  }
  return "accepted";
}

describe("by hand", () => {
  test("a model without parents has no ancestors", () => {
    expect(flatten([], known({}))).toEqual([]);
  });

  test("a grandparent's cut comes out of the parent's", () => {
    // 30 % to the parent, which owes 20 % of it: 6 % and 24 %.
    expect(flatten(ancestors([[2, 300_000]]), known({ 2: [[1, 200_000]] }))).toEqual(
      ancestors([
        [2, 240_000],
        [1, 60_000],
      ]),
    );
  });

  test("cuts are rounded down in favour of the parent", () => {
    // 333,333 · 100,001 / 1,000,000 = 33,333.63…
    expect(flatten(ancestors([[2, 333_333]]), known({ 2: [[1, 100_001]] }))).toEqual(
      ancestors([
        [2, 300_000],
        [1, 33_333],
      ]),
    );
  });

  test("a cut of 1,000 is passed on and one of 999 is not", () => {
    expect(flatten(ancestors([[2, 10_000]]), known({ 2: [[1, 100_000]] }))).toEqual(
      ancestors([
        [2, 9_000],
        [1, 1_000],
      ]),
    );
    expect(flatten(ancestors([[2, 9_999]]), known({ 2: [[1, 100_000]] }))).toEqual(
      ancestors([[2, 9_999]]),
    );
  });

  test("an ancestor on two paths stands once, with the sum", () => {
    const lineages = known({ 2: [[1, 100_000]], 3: [[1, 200_000]] });
    const edges = ancestors([
      [2, 200_000],
      [3, 200_000],
    ]);
    expect(flatten(edges, lineages)).toEqual(
      ancestors([
        [2, 180_000],
        [3, 160_000],
        [1, 60_000],
      ]),
    );
  });

  test("a parent that is also a grandparent gets both parts at its own place", () => {
    const edges = ancestors([
      [1, 50_000],
      [2, 100_000],
    ]);
    expect(flatten(edges, known({ 2: [[1, 500_000]] }))).toEqual(
      ancestors([
        [1, 100_000],
        [2, 50_000],
      ]),
    );
  });

  test("a parent without a share is no payee", () => {
    const edges = ancestors([
      [1, 0],
      [2, 100_000],
    ]);
    expect(flatten(edges, known({}))).toEqual(ancestors([[2, 100_000]]));
  });

  test("the lists of several parents are taken in turns", () => {
    const lineages = known({
      10: [
        [1, 100_000],
        [2, 100_000],
      ],
      11: [
        [3, 100_000],
        [2, 100_000],
        [4, 100_000],
      ],
    });
    const edges = ancestors([
      [10, 100_000],
      [11, 100_000],
    ]);
    expect(flatten(edges, lineages).map(({ model }) => Number(model))).toEqual([
      10, 11, 1, 3, 2, 4,
    ]);
  });

  test("what the registry refuses is refused", () => {
    const five = ancestors([1, 2, 3, 4, 5].map((model) => [model, 1_000] as const));
    expect(codeOf(() => flatten(five, known({})))).toBe("too-many-parents");
    const twice = ancestors([
      [1, 1_000],
      [1, 2_000],
    ]);
    expect(codeOf(() => flatten(twice, known({})))).toBe("duplicate-parent");
    expect(codeOf(() => flatten(ancestors([[1, 500_000]]), known({})))).toBe("accepted");
    expect(codeOf(() => flatten(ancestors([[1, 500_001]]), known({})))).toBe("share-overflow");
    const wide = (size: number) =>
      known({ 99: Array.from({ length: size }, (_, i): [number, number] => [i + 1, 10_000]) });
    expect(codeOf(() => flatten(ancestors([[99, 100_000]]), wide(15)))).toBe("accepted");
    expect(codeOf(() => flatten(ancestors([[99, 100_000]]), wide(16)))).toBe("too-wide");
  });
});

test("agrees with the independent program on random lineages", () => {
  const outcomes = ["accepted", "share-overflow", "too-wide"];
  const seen = new Set<string>();
  let lineages = new Map<bigint, Ancestor[]>();
  let graph = -1;
  for (const row of fixture.models) {
    if (row.graph !== graph) lineages = new Map();
    graph = row.graph;
    const edges = ancestors(row.parents);
    const ask = () => flatten(edges, (model) => lineages.get(model) ?? []);
    const outcome = codeOf(ask);
    expect(outcome).toBe(outcomes[row.outcome]);
    seen.add(outcome);
    if (outcome !== "accepted") continue;
    expect(ask()).toEqual(ancestors(row.expected));
    lineages.set(BigInt(lineages.size + 1), ancestors(row.expected));
  }
  expect([...seen].toSorted()).toEqual(outcomes.toSorted());
});

test("shares always sum to the edges, are positive, distinct and at most 16", () => {
  const list = (most: number) =>
    uniqueArray(integer({ min: 1, max: 40 }), { maxLength: 16 }).chain((ids) =>
      array(integer({ min: 0, max: most }), {
        minLength: ids.length,
        maxLength: ids.length,
      }).map((parts) => ids.map((id, i): [number, number] => [id, parts[i]])),
    );
  assert(
    property(list(125_000), array(list(31_250), { maxLength: 4 }), (some, lists) => {
      const edges = ancestors(some.slice(0, 4).map(([model, ppm]) => [model + 100, ppm] as const));
      const order = edges.map(({ model }) => model);
      let flat: Ancestor[];
      try {
        flat = flatten(edges, (model) => ancestors(lists[order.indexOf(model)] ?? []));
      } catch (error) {
        expect(error).toBeInstanceOf(LineageError);
        return;
      }
      const sum = (all: readonly Ancestor[]) => all.reduce((total, { ppm }) => total + ppm, 0n);
      expect(sum(flat)).toBe(sum(edges));
      expect(flat.every(({ ppm }) => ppm > 0n)).toBe(true);
      expect(new Set(flat.map(({ model }) => model)).size).toBe(flat.length);
      expect(flat.length).toBeLessThanOrEqual(16);
    }),
  );
});
