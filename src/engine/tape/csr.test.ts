import * as fc from "fast-check";
import { expect, test } from "vitest";
import { buildCsr, csrLength } from "./csr.ts";

test("groups rows by id in order of first occurrence", () => {
  const csr = buildCsr(Int32Array.of(7, 3, 7, -1, 9));
  // U = 3, ids, starts, rows
  expect([...csr.subarray(0, 12)]).toEqual([3, 7, 3, 9, 0, 2, 3, 4, 0, 2, 1, 4]);
});

test("every row with an id appears once, under its id", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1, max: 9 }), { maxLength: 40 }), (ids) => {
      const csr = buildCsr(Int32Array.from(ids));
      expect(csr.length).toBe(csrLength(ids.length));
      const [count] = csr;
      const seen = new Map<number, number>();
      for (let group = 0; group < count; group++) {
        const end = csr[2 + count + group];
        for (let entry = csr[1 + count + group]; entry < end; entry++) {
          seen.set(csr[2 + 2 * count + entry], csr[1 + group]);
        }
      }
      const wanted = new Map(ids.map((id, row) => [row, id] as const).filter(([, id]) => id >= 0));
      expect(new Map([...seen].sort(([a], [b]) => a - b))).toEqual(wanted);
    }),
  );
});
