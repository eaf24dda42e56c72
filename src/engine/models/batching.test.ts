import * as fc from "fast-check";
import { expect, test } from "vitest";
import { planMicroBatches, roundUpCoarse } from "./batching.ts";

const batches = fc
  .array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 30 })
  .chain((lengths) =>
    fc.record({
      sequences: fc.constant(
        lengths.map((length, s) => Array.from({ length }, (_, t) => s * 100 + t)),
      ),
      rows: fc.array(
        fc
          .record({
            sequence: fc.nat({ max: lengths.length - 1 }),
            share: fc.double({ min: 0, max: 0.999, noNaN: true }),
          })
          .map(({ sequence, share }) => ({
            sequence,
            position: Math.floor(share * lengths[sequence]),
          })),
        { maxLength: 60 },
      ),
      tokens: fc.integer({ min: 8, max: 300 }),
      maxRows: fc.integer({ min: 1, max: 20 }),
    }),
  );

test("every row is gathered once, behind the right prefix, within the limits", () => {
  fc.assert(
    fc.property(batches, ({ sequences, rows, tokens, maxRows }) => {
      const seen: number[] = [];
      for (const micro of planMicroBatches(sequences, rows, { tokens, rows: maxRows })) {
        expect(micro.tokens.length).toBe(micro.batch * micro.seq);
        expect(micro.batch === 1 || micro.batch * micro.seq <= tokens).toBe(true);
        expect(micro.rowIds.length).toBeLessThanOrEqual(Math.min(micro.rows, maxRows));
        micro.rowIds.forEach((id, i) => {
          seen.push(id);
          const { sequence, position } = rows[id];
          const at = micro.gather[i];
          expect(at % micro.seq).toBe(position);
          const prefix = micro.tokens.subarray(at - position, at + 1);
          expect([...prefix]).toEqual(sequences[sequence].slice(0, position + 1));
        });
      }
      expect(seen.sort((a, b) => a - b)).toEqual(rows.map((_, id) => id));
    }),
  );
});

test("an even split of equal sequences has one shape", () => {
  const sequences = Array.from({ length: 50 }, () => Array.from({ length: 22 }, () => 1));
  const rows = sequences.map((_, sequence) => ({ sequence, position: 20 }));
  const found = planMicroBatches(sequences, rows, { tokens: 1024, rows: Infinity });
  expect(found.map(({ batch, seq, rows: n }) => [batch, seq, n])).toEqual([
    [26, 24, 28],
    [26, 24, 28],
  ]);
});

test("rounding up wastes at most an eighth", () => {
  fc.assert(
    fc.property(fc.integer({ min: 64, max: 1e6 }), (value) => {
      const rounded = roundUpCoarse(value, 8);
      expect(rounded).toBeGreaterThanOrEqual(value);
      expect(rounded).toBeLessThan(value * 1.125 + 1);
      expect(roundUpCoarse(rounded, 8)).toBe(rounded);
    }),
  );
});
