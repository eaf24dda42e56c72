import { beforeAll, describe, expect, it } from "vitest";
import { Heap } from "../heap.ts";
import { VARIANTS } from "../testSupport.ts";
import { makeKernels, type Kernels } from "./module.ts";

const COUNTS = [1, 2, 3, 4, 5, 7, 8, 61];
const AFTER = 12;

describe.each(VARIANTS)("row kernels with %s", (_variant, relaxed) => {
  let kernels: Kernels;
  let heap: Heap;
  let src: number;
  let dst: number;
  beforeAll(async () => {
    heap = new Heap();
    kernels = await makeKernels(heap.memory, heap.maximumPages, {
      rows: 4,
      vectors: 2,
      unroll: 4,
      relaxed,
    });
    src = heap.alloc(1 << 16).offset;
    dst = heap.alloc(1 << 16).offset;
  });

  it("exp is right to two units in the last place over its whole range", () => {
    const count = 4096;
    const x = heap.f32(src, count);
    for (let i = 0; i < count; i++) x[i] = -87 + (174 * i) / count;
    const sum = kernels.expRow(dst, src, count, 0);
    const got = heap.f32(dst, count);
    let worst = 0;
    let want = 0;
    for (let i = 0; i < count; i++) {
      const exact = Math.exp(x[i]);
      want += exact;
      worst = Math.max(worst, Math.abs(got[i] / exact - 1));
    }
    expect(worst).toBeLessThan(2 ** -22);
    expect(Math.abs(sum / want - 1)).toBeLessThan(2 ** -22);
    expect(kernels.sumExp(src, count, 0)).toBe(sum);
  });

  it("exp of the far ends is 0, finite, and NaN", () => {
    const { NEGATIVE_INFINITY, POSITIVE_INFINITY, NaN: nan } = Number;
    heap.f32(src, 4).set([NEGATIVE_INFINITY, -88, POSITIVE_INFINITY, nan]);
    const sum = kernels.expRow(dst, src, 4, 0);
    const got = heap.f32(dst, 4);
    expect([got[0], got[1]]).toEqual([0, 0]);
    expect(got[2]).toBeGreaterThan(1e38);
    expect(got[3]).toBeNaN();
    expect(sum).toBeNaN();
  });

  it.each(COUNTS)("%i elements: nothing past the end counts or changes", (count) => {
    const x = heap.f32(src, count + AFTER).fill(Number.NaN);
    const y = heap.f32(dst, count + AFTER).fill(7);
    for (let i = 0; i < count; i++) x[i] = Math.sin(i + count);
    const values = [...x.subarray(0, count)];
    expect(kernels.rowMax(src, count)).toBe(Math.max(...values));
    const want = values.reduce((sum, v) => sum + Math.exp(v - 0.5), 0);
    expect(Math.abs(kernels.expRow(dst, src, count, 0.5) / want - 1)).toBeLessThan(1e-6);
    kernels.scaleRow(dst, count, 2);
    kernels.addTo(src, dst, count);
    values.forEach((v, i) => expect(y[i]).toBeCloseTo(2 * Math.exp(v - 0.5) + v, 5));
    expect([...y.subarray(count)]).toEqual(Array(AFTER).fill(7));
  });

  it("finds NaN wherever it is", () => {
    for (let at = 0; at < 7; at++) {
      heap.f32(src, 7).fill(1)[at] = Number.NaN;
      expect(kernels.rowMax(src, 7)).toBeNaN();
    }
  });
});
