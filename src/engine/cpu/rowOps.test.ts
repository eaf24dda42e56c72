import { beforeAll, describe, expect, it } from "vitest";
import { createCpuBackend, type CpuBackend } from "./backend.ts";
import {
  dot,
  numericGradient,
  randomArray,
  randomSource,
  relativeError,
  runOp,
  sameBits,
  VARIANTS,
} from "./testSupport.ts";

let backend: CpuBackend;

const random = randomSource(11);
const array = (count: number, size?: number): Float32Array => randomArray(random, count, size);

describe.each(VARIANTS)("with %s", (_variant, relaxedSimd) => {
  beforeAll(async () => {
    backend = await createCpuBackend({ relaxedSimd });
  });

  describe("embed", () => {
    it.each(["f32", "bf16", "q8"] as const)("copies rows of a %s table", async (format) => {
      const [vocab, dim] = [7, 33];
      const values = array(vocab * dim);
      const table = { format, shape: [vocab, dim], values };
      const store = await backend.createStore([
        { name: "E", shape: [vocab, dim], format, trainable: false },
      ]);
      store.write("E", values);
      const exact = await store.read("E");
      const tokens = Int32Array.of(6, 0, 3, 3, 1);
      const attrs = { rows: 5, dim, vocab };
      const [x] = await runOp(backend, { kind: "embed", attrs }, [table, tokens], [array(5 * dim)]);
      const want = [...tokens].flatMap((t) => [...exact.subarray(t * dim, (t + 1) * dim)]);
      expect([...x]).toEqual(want);
    });

    it("adds the gradients of a token's occurrences", async () => {
      const [vocab, dim] = [5, 3];
      const dx = array(4 * dim);
      const before = array(vocab * dim);
      // Tokens 4 (rows 0 and 2) and 1 (row 3); row 1 belongs to nobody.
      const csr = Int32Array.of(2, 4, 1, 0, 2, 3, 0, 2, 3, -9, -9, -9, -9, -9);
      const attrs = { rows: 4, dim, vocab };
      const [dE] = await runOp(backend, { kind: "embedGrad", attrs }, [csr, dx], [before]);
      const want = Float32Array.from(before);
      for (let c = 0; c < dim; c++) {
        want[4 * dim + c] += dx[c] + dx[2 * dim + c];
        want[dim + c] += dx[3 * dim + c];
      }
      expect(relativeError(dE, want)).toBeLessThan(1e-6);
    });
  });

  describe("small row instructions", () => {
    it("biasGrad adds column sums", async () => {
      const [rows, dim] = [17, 5];
      const dy = array(rows * dim);
      const before = array(dim);
      const [db] = await runOp(backend, { kind: "biasGrad", attrs: { rows, dim } }, [dy], [before]);
      const want = before.map(
        (b, c) =>
          b +
          dot(
            dy.filter((_, i) => i % dim === c),
            Array(rows).fill(1),
          ),
      );
      expect(relativeError(db, want)).toBeLessThan(1e-6);
    });

    it("gatherRows copies rows and writes zeros for −1", async () => {
      const x = Float32Array.of(1, 2, 3, 4, 5, 6);
      const index = Int32Array.of(2, -1, 0, 2);
      const attrs = { rowsIn: 3, rowsOut: 4, dim: 2 };
      const [y] = await runOp(backend, { kind: "gatherRows", attrs }, [x, index], [array(8)]);
      expect([...y]).toEqual([5, 6, 0, 0, 1, 2, 5, 6]);
    });

    it("add adds in place, in several parts", async () => {
      const count = 2 ** 18 + 61;
      const [x, y] = [array(count), array(count)];
      const [sum] = await runOp(backend, { kind: "add", attrs: { count } }, [x], [y]);
      const want = y.map((b, i) => b + x[i]);
      expect(sameBits(sum, want)).toBe(true);
    });
  });

  describe("rope", () => {
    const [seq, heads, headDim, rows] = [5, 3, 6, 10];
    const half = headDim / 2;
    const angle = (position: number, j: number): number => position / 10 ** (j / half);
    const cosSin = Float32Array.from({ length: seq * headDim }, (_, i) => {
      const theta = angle(Math.floor(i / headDim), (i % headDim) >> 1);
      return i % 2 === 0 ? Math.cos(theta) : Math.sin(theta);
    });

    it.each([1, -1] as const)("rotates halves, direction %i", async (direction) => {
      const x = array(rows * heads * headDim);
      const attrs = { rows, heads, headDim, seq, direction };
      const [got] = await runOp(backend, { kind: "rope", attrs }, [x, cosSin], [x]);
      const want = x.map((_, i) => {
        const e = i % headDim;
        const position = Math.floor(i / (heads * headDim)) % seq;
        const theta = direction * angle(position, e % half);
        const [re, im] = e < half ? [x[i], x[i + half]] : [x[i - half], x[i]];
        // Multiplication of re + i·im by exp(i·theta).
        return e < half
          ? re * Math.cos(theta) - im * Math.sin(theta)
          : re * Math.sin(theta) + im * Math.cos(theta);
      });
      expect(relativeError(got, want)).toBeLessThan(1e-6);
    });
  });

  describe("swiglu", () => {
    const forward = (gate: ArrayLike<number>, up: ArrayLike<number>): number[] =>
      Array.from({ length: gate.length }, (_, i) => (gate[i] / (1 + Math.exp(-gate[i]))) * up[i]);

    it.each([1, 3, 7, 61, 1001])("of %i elements equals silu(gate)·up", async (count) => {
      const [gate, up] = [array(count, 12), array(count)];
      const [y] = await runOp(
        backend,
        { kind: "swiglu", attrs: { count } },
        [gate, up],
        [array(count)],
      );
      expect(relativeError(y, forward(gate, up))).toBeLessThan(2e-6);
    });

    it("keeps large arguments finite and NaN visible", async () => {
      const gate = Float32Array.of(-1e4, -100, 0, 100, 1e4, Number.NaN);
      const up = new Float32Array(6).fill(2);
      const instruction = { kind: "swiglu", attrs: { count: 6 } } as const;
      const [y] = await runOp(backend, instruction, [gate, up], [array(6)]);
      expect(y[0]).toBeCloseTo(0, 30);
      expect(y[1]).toBeCloseTo(0, 30);
      expect([...y.subarray(2)]).toEqual([0, 200, 20000, Number.NaN]);
    });

    it("has the gradient of finite differences", async () => {
      const count = 33;
      const [dy, gate, up] = [array(count), array(count, 4), array(count)];
      const instruction = { kind: "swigluGrad", attrs: { count } } as const;
      const [dGate, dUp] = await runOp(backend, instruction, [dy, gate, up], [gate, up]);
      const wantGate = numericGradient((g) => dot(dy, forward(g, up)), gate);
      const wantUp = numericGradient((u) => dot(dy, forward(gate, u)), up);
      expect(relativeError(dGate, wantGate)).toBeLessThan(3e-6);
      expect(relativeError(dUp, wantUp)).toBeLessThan(3e-6);
    });
  });

  describe.each([
    [1, 3],
    [3, 17],
    [7, 64],
    [61, 33],
  ])("rmsNorm of %i rows of %i", (rows, dim) => {
    const eps = 1e-5;
    const [x, g, dy] = [array(rows * dim), array(dim), array(rows * dim)];
    const inverse = (v: ArrayLike<number>, r: number): number => {
      let sum = 0;
      for (let c = 0; c < dim; c++) sum += v[r * dim + c] ** 2;
      return 1 / Math.sqrt(sum / dim + eps);
    };
    const forward = (v: ArrayLike<number>, gain: ArrayLike<number>): number[] =>
      Array.from(
        { length: rows * dim },
        (_, i) => v[i] * inverse(v, Math.floor(i / dim)) * gain[i % dim],
      );
    const invRms = Float32Array.from({ length: rows }, (_, r) => inverse(x, r));

    it("normalises and keeps 1/rms", async () => {
      const instruction = { kind: "rmsNorm", attrs: { rows, dim, eps } } as const;
      const [y, kept] = await runOp(backend, instruction, [x, g], [array(rows * dim), array(rows)]);
      expect(relativeError(y, forward(x, g))).toBeLessThan(1e-6);
      expect(relativeError(kept, invRms)).toBeLessThan(1e-6);
    });

    it.each([false, true])("has the gradient of x, accumulate %s", async (accumulate) => {
      const before = array(rows * dim);
      const instruction = { kind: "rmsNormGradX", attrs: { rows, dim, accumulate } } as const;
      const [dx] = await runOp(backend, instruction, [dy, x, g, invRms], [before]);
      const slope = numericGradient((v) => dot(dy, forward(v, g)), x);
      const want = slope.map((s, i) => s + (accumulate ? before[i] : 0));
      expect(relativeError(dx, want)).toBeLessThan(1e-5);
    });

    it("adds the gradient of the gain", async () => {
      const before = array(dim);
      const instruction = { kind: "rmsNormGradG", attrs: { rows, dim } } as const;
      const [dg] = await runOp(backend, instruction, [dy, x, invRms], [before]);
      const slope = numericGradient((gain) => dot(dy, forward(x, gain)), g);
      expect(
        relativeError(
          dg,
          slope.map((s, i) => s + before[i]),
        ),
      ).toBeLessThan(3e-6);
    });
  });
});
