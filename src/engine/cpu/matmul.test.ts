import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { createCpuBackend, type CpuBackend } from "./backend.ts";
import {
  randomArray,
  randomSource,
  relativeError,
  runOp,
  sameBits,
  type Given,
  VARIANTS,
} from "./testSupport.ts";
import { hasRelaxedSimd } from "./wasm/module.ts";

interface Shape {
  M: number;
  N: number;
  K: number;
  transA: boolean;
  transB: boolean;
}

function reference(a: Float32Array, b: Float32Array, { M, N, K, transA, transB }: Shape): number[] {
  const out: number[] = [];
  for (let i = 0; i < M; i++) {
    for (let j = 0; j < N; j++) {
      let sum = 0;
      for (let k = 0; k < K; k++) {
        sum += a[transA ? k * M + i : i * K + k] * b[transB ? j * K + k : k * N + j];
      }
      out.push(sum);
    }
  }
  return out;
}

const f32 = Math.fround;

/** bf16 by arithmetic, not by bits: eight significant binary digits, ties to even. */
function toBf16(x: number): number {
  if (x === 0) return 0;
  const unit = 2 ** (Math.floor(Math.log2(Math.abs(x))) - 7);
  const steps = Math.abs(x) / unit;
  const down = Math.floor(steps);
  const tie = steps - down === 0.5;
  const rounded = tie ? down + (down % 2) : Math.round(steps);
  return Math.sign(x) * rounded * unit;
}

function toQ8(values: Float32Array, columns: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let row = 0; row < values.length; row += columns) {
    for (let from = row; from < row + columns; from += 32) {
      const part = values.subarray(from, Math.min(from + 32, row + columns));
      const scale = f32(Math.max(...part.map(Math.abs)) / 127);
      part.forEach((x, i) => {
        out[from + i] = scale === 0 ? 0 : f32(Math.round(x / scale) * scale);
      });
    }
  }
  return out;
}

describe.each(VARIANTS)("matmul with %s", (_name, relaxedSimd) => {
  let backend: CpuBackend;
  beforeAll(async () => {
    expect(hasRelaxedSimd()).toBe(true);
    backend = await createCpuBackend({ relaxedSimd });
  });

  const size = fc.oneof(
    fc.integer({ min: 1, max: 40 }),
    fc.constantFrom(61, 64, 127, 128, 129, 200, 321, 352, 513),
  );
  const cases = fc.record({
    M: size,
    N: size,
    K: size,
    transA: fc.boolean(),
    transB: fc.boolean(),
    alpha: fc.constantFrom(1, -0.5, 2.25),
    accumulate: fc.boolean(),
    hasBias: fc.boolean(),
    hasResidual: fc.boolean(),
    format: fc.constantFrom("plain", "f32", "bf16", "q8"),
    seed: fc.integer(),
  });

  it("equals the naive product for any shape, option and weight format", async () => {
    const property = fc.asyncProperty(cases, async ({ format, seed, ...attrs }) => {
      const { M, N, K, transB, alpha, accumulate, hasBias, hasResidual } = attrs;
      const random = randomSource(seed);
      const a = randomArray(random, M * K);
      const b = randomArray(random, N * K);
      const c = randomArray(random, M * N);
      const bias = randomArray(random, N);
      const residual = randomArray(random, M * N);
      const shape = transB ? [N, K] : [K, N];
      let given: Given = b;
      let exact = b;
      if (format === "f32" || format === "bf16" || format === "q8") {
        given = { format, shape, values: b };
        if (format === "bf16") exact = b.map(toBf16);
        if (format === "q8") exact = toQ8(b, shape[1]);
      }
      const want = reference(a, exact, attrs).map(
        (x, i) =>
          alpha * x +
          (accumulate ? c[i] : 0) +
          (hasBias ? bias[i % N] : 0) +
          (hasResidual ? residual[i] : 0),
      );
      const reads: Given[] = [a, given];
      if (hasBias) reads.push(bias);
      if (hasResidual) reads.push(residual);
      const [got] = await runOp(backend, { kind: "matmul", attrs }, reads, [c]);
      expect(relativeError(got, want)).toBeLessThan(3e-6);
    });
    await fc.assert(property, { numRuns: 150 });
  });

  it("gives a row the same bits whatever the other rows are", async () => {
    const random = randomSource(5);
    const [M, N, K] = [300, 75, 700];
    const a = randomArray(random, M * K);
    const b = randomArray(random, N * K);
    const options = { transA: false, transB: true, alpha: 1, accumulate: false };
    const attrs = { N, K, ...options, hasBias: false, hasResidual: false };
    const run = async (rows: Float32Array, count: number): Promise<Float32Array> => {
      const into = [new Float32Array(count * N)];
      const [c] = await runOp(
        backend,
        { kind: "matmul", attrs: { M: count, ...attrs } },
        [rows, b],
        into,
      );
      return c;
    };
    const all = await run(a, M);
    const single = await run(a.subarray(133 * K, 134 * K), 1);
    expect(sameBits(single, all.subarray(133 * N, 134 * N))).toBe(true);
    expect(sameBits(await run(a, M), all)).toBe(true);
  });

  it("lets NaN and infinity through and keeps padding out", async () => {
    const a = Float32Array.of(1, 2, Number.NaN, 1, Number.POSITIVE_INFINITY, 0);
    const b = Float32Array.of(1, 1, 1, 1);
    const attrs = { M: 3, N: 2, K: 2, transA: false, transB: false, alpha: 1 };
    const options = { accumulate: false, hasBias: false, hasResidual: false };
    const instruction = { kind: "matmul", attrs: { ...attrs, ...options } } as const;
    const [c] = await runOp(backend, instruction, [a, b], [new Float32Array(6)]);
    expect([...c]).toEqual([3, 3, Number.NaN, Number.NaN, Infinity, Infinity]);
  });
});
