import { beforeAll, describe, expect, it } from "vitest";
import type { AttentionAttrs } from "@/engine/tape/ir.ts";
import { createCpuBackend, type CpuBackend } from "./backend.ts";
import {
  dot,
  numericGradient,
  randomArray,
  randomSource,
  relativeError,
  runOp,
  VARIANTS,
} from "./testSupport.ts";

let backend: CpuBackend;

interface Inputs {
  q: ArrayLike<number>;
  k: ArrayLike<number>;
  v: ArrayLike<number>;
}

function reference({ q, k, v }: Inputs, attrs: AttentionAttrs): { o: number[]; lse: number[] } {
  const { batch, seq, headCount, kvHeadCount, headDim, scale } = attrs;
  const o: number[] = Array.from({ length: batch * seq * headCount * headDim }, () => 0);
  const lse: number[] = [];
  for (let b = 0; b < batch; b++) {
    for (let h = 0; h < headCount; h++) {
      const kv = Math.floor(h / (headCount / kvHeadCount));
      for (let i = 0; i < seq; i++) {
        const qAt = ((b * seq + i) * headCount + h) * headDim;
        const weights: number[] = [];
        for (let j = 0; j <= i; j++) {
          const kAt = ((b * seq + j) * kvHeadCount + kv) * headDim;
          let s = 0;
          for (let e = 0; e < headDim; e++) s += q[qAt + e] * k[kAt + e];
          weights.push(Math.exp(s * scale));
        }
        const total = weights.reduce((x, y) => x + y);
        lse.push(Math.log(total));
        for (let j = 0; j <= i; j++) {
          const vAt = ((b * seq + j) * kvHeadCount + kv) * headDim;
          for (let e = 0; e < headDim; e++) o[qAt + e] += (weights[j] / total) * v[vAt + e];
        }
      }
    }
  }
  return { o, lse };
}

const shape = (
  batch: number,
  seq: number,
  headCount: number,
  kvHeadCount: number,
  headDim: number,
): AttentionAttrs => ({ batch, seq, headCount, kvHeadCount, headDim, scale: headDim ** -0.5 });

function makeInputs(attrs: AttentionAttrs, seed: number, size = 2) {
  const { batch, seq, headCount, kvHeadCount, headDim } = attrs;
  const random = randomSource(seed);
  const onQ = batch * seq * headCount * headDim;
  const onKv = batch * seq * kvHeadCount * headDim;
  const make = (count: number): Float32Array => randomArray(random, count, size);
  const stats = (): Float32Array => make(batch * headCount * seq);
  return { q: make(onQ), k: make(onKv), v: make(onKv), dO: make(onQ), onQ, onKv, make, stats };
}

describe.each(VARIANTS)("with %s", (_variant, relaxedSimd) => {
  beforeAll(async () => {
    backend = await createCpuBackend({ relaxedSimd });
  });

  describe.each([
    ["one token", shape(1, 1, 1, 1, 2)],
    ["odd lengths, grouped", shape(3, 17, 6, 2, 10)],
    ["two query blocks", shape(2, 67, 4, 4, 16)],
    ["several query blocks, grouped", shape(1, 193, 4, 1, 12)],
  ])("attention: %s", (_name, attrs) => {
    it("equals softmax(q·kᵀ)·v", async () => {
      const { q, k, v, make, stats, onQ } = makeInputs(attrs, 3);
      const instruction = { kind: "attention", attrs } as const;
      const [o, lse] = await runOp(backend, instruction, [q, k, v], [make(onQ), stats()]);
      const want = reference({ q, k, v }, attrs);
      expect(relativeError(o, want.o)).toBeLessThan(3e-6);
      expect(relativeError(lse, want.lse)).toBeLessThan(3e-6);
    });
  });

  describe.each([
    ["one token", shape(1, 1, 1, 1, 2)],
    ["grouped", shape(2, 7, 6, 2, 6)],
    ["two query blocks", shape(1, 70, 2, 1, 2)],
  ])("attention gradients: %s", (_name, attrs) => {
    it("equal finite differences", async () => {
      const { q, k, v, dO, make, stats, onQ, onKv } = makeInputs(attrs, 8, 1);
      const given = [q, k, v];
      const forward = { kind: "attention", attrs } as const;
      const [o, lse] = await runOp(backend, forward, given, [make(onQ), stats()]);
      const gradQ = { kind: "attentionGradQ", attrs } as const;
      const [dq, delta] = await runOp(backend, gradQ, [...given, o, lse, dO], [make(onQ), stats()]);
      const gradKv = { kind: "attentionGradKV", attrs } as const;
      const into = [make(onKv), make(onKv)];
      const [dk, dv] = await runOp(backend, gradKv, [...given, lse, dO, delta], into);
      const value = (inputs: Inputs): number => dot(reference(inputs, attrs).o, dO);
      const wantQ = numericGradient((x) => value({ q: x, k, v }), q);
      const wantK = numericGradient((x) => value({ q, k: x, v }), k);
      const wantV = numericGradient((x) => value({ q, k, v: x }), v);
      expect(relativeError(dq, wantQ)).toBeLessThan(2e-5);
      expect(relativeError(dk, wantK)).toBeLessThan(2e-5);
      expect(relativeError(dv, wantV)).toBeLessThan(2e-5);
    });
  });

  it("survives scores far above the range of exp", async () => {
    const attrs = shape(1, 3, 1, 1, 2);
    const q = Float32Array.of(300, 0, 300, 0, 300, 0);
    const k = Float32Array.of(300, 0, -300, 0, 300, 0);
    const v = Float32Array.of(1, 2, 3, 4, 5, 6);
    const instruction = { kind: "attention", attrs } as const;
    const into = [new Float32Array(6), new Float32Array(3)];
    const [o] = await runOp(backend, instruction, [q, k, v], into);
    expect(relativeError(o, [1, 2, 1, 2, 3, 4])).toBeLessThan(1e-6);
  });
});
