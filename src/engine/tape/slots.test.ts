import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { PlanOp, Tensor } from "./ir.ts";
import { assignSlots, livesOf, tensorBytes } from "./slots.ts";

/** Random programs: every op reads some tensors made before and writes one new or old tensor. */
const programs = fc
  .array(
    fc.record({
      size: fc.integer({ min: 1, max: 300 }),
      reads: fc.array(fc.nat({ max: 30 }), { maxLength: 3 }),
      inPlace: fc.boolean(),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((steps) => {
    const made: Tensor[] = [];
    return steps.map(({ size, reads, inPlace }): PlanOp => {
      const sources = made.length === 0 ? [] : reads.map((at) => made[at % made.length]);
      const old = inPlace ? sources.at(0) : undefined;
      const target: Tensor =
        old ??
        ({ id: made.length, role: "activation", format: "f32", shape: [size], name: "" } as const);
      if (!old) made.push(target);
      return { kind: "add", attrs: { count: size }, reads: sources, writes: [target] };
    });
  });

test("no two tensors that live at the same time share a slot, and every slot is large enough", () => {
  fc.assert(
    fc.property(programs, (ops) => {
      const { slotOf, slotBytes } = assignSlots(ops);
      const lives = livesOf(ops);
      for (const life of lives) {
        const slot = slotOf.get(life.tensor.id) ?? -1;
        expect(slotBytes[slot]).toBeGreaterThanOrEqual(tensorBytes(life.tensor));
        const clashes = lives.filter(
          (other) =>
            other !== life &&
            slotOf.get(other.tensor.id) === slot &&
            other.first <= life.last &&
            life.first <= other.last,
        );
        expect(clashes).toEqual([]);
      }
    }),
    { numRuns: 300 },
  );
});

test("the pool is never larger than a buffer for every tensor", () => {
  fc.assert(
    fc.property(programs, (ops) => {
      const pool = assignSlots(ops).slotBytes.reduce((sum, bytes) => sum + bytes, 0);
      const naive = livesOf(ops).reduce((sum, { tensor }) => sum + tensorBytes(tensor), 0);
      expect(pool).toBeLessThanOrEqual(naive);
    }),
  );
});

test("a chain of equal tensors takes two slots", () => {
  const tensors = Array.from({ length: 6 }, (_, id): Tensor => ({
    id,
    role: "activation",
    format: "f32",
    shape: [8],
    name: "",
  }));
  const ops = tensors.slice(1).map((tensor, i): PlanOp => ({
    kind: "add",
    attrs: { count: 8 },
    reads: [tensors[i]],
    writes: [tensor],
  }));
  expect(assignSlots(ops).slotBytes).toEqual([32, 32]);
});
