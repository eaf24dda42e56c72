import { beforeAll, describe, expect, it } from "vitest";
import { createCpuBackend, type CpuBackend } from "./backend.ts";
import {
  numericGradient,
  randomArray,
  randomSource,
  relativeError,
  runOp,
  VARIANTS,
} from "./testSupport.ts";

let backend: CpuBackend;

const VOCAB = 13;
const STRIDE = 16;
const WIDTH = 5;
const random = randomSource(21);

function logSumExp(z: readonly number[]): number {
  const max = Math.max(...z);
  return max + Math.log(z.reduce((sum, x) => sum + Math.exp(x - max), 0));
}

interface Row {
  kind: -1 | 0 | 1 | 2;
  weight: number;
  floor?: number;
  margin?: number;
  response?: number;
  ids?: readonly number[];
  values?: readonly number[];
}

async function lossHead(rows: readonly Row[], z: Float32Array) {
  const n = rows.length;
  const ids = new Int32Array(n * (WIDTH + 4));
  const values = new Float32Array(n * (WIDTH + 4));
  rows.forEach((row, r) => {
    const at = r * (WIDTH + 4);
    ids.set([row.kind, row.ids?.length ?? 0, row.response ?? 0, 0, ...(row.ids ?? [])], at);
    values.set([row.weight, row.floor ?? 0, row.margin ?? 0, 0, ...(row.values ?? [])], at);
  });
  const attrs = { rows: n, vocab: VOCAB, stride: STRIDE, width: WIDTH };
  const [dz, loss] = await runOp(
    backend,
    { kind: "lossHead", attrs },
    [z, ids, values],
    [z, new Float32Array(n).fill(9)],
  );
  return { dz, loss };
}

/** The definitions of LossRow, in f64 over one row of logits. */
function lossOf(row: Row, z: readonly number[]): number {
  const { ids = [], values = [], response = 0, margin = 0 } = row;
  if (row.kind === 0) return logSumExp(z) - z[ids[0]];
  if (row.kind === 1) {
    const scores = ids.map((id, j) => z[id] - values[j]);
    const others = ids.filter((_, j) => j !== response).map((id) => z[id]);
    const hinge = Math.max(0, margin - (z[ids[response]] - Math.max(...others)));
    return logSumExp(scores) - scores[response] + hinge;
  }
  if (row.kind === 2) {
    const p = z.map((x) => Math.exp(x - logSumExp(z)));
    const pRest = 1 - ids.reduce((sum, id) => sum + p[id], 0);
    const qRest = Math.max(0, 1 - values.reduce((sum, q) => sum + q, 0));
    const kl = (q: number, model: number): number => (q > 0 ? q * Math.log(q / model) : 0);
    return ids.reduce((sum, id, j) => sum + kl(values[j], p[id]), kl(qRest, pRest));
  }
  return 0;
}

const makeLogits = (rows: number): Float32Array => {
  const z = randomArray(random, rows * STRIDE, 3);
  for (let r = 0; r < rows; r++) z.fill(Number.NaN, r * STRIDE + VOCAB, (r + 1) * STRIDE);
  return z;
};

const f = Math.fround;
const CASES: [string, Row][] = [
  ["target", { kind: 0, weight: 0.7, ids: [4] }],
  ["target, last token", { kind: 0, weight: 2, ids: [VOCAB - 1] }],
  [
    "choice",
    { kind: 1, weight: 1.5, response: 2, ids: [3, 9, 0, 12], values: [-1, f(-0.3), -2, 0] },
  ],
  [
    "choice with hinge",
    { kind: 1, weight: 0.4, response: 0, margin: 9, ids: [7, 1, 5], values: [-1, -2, -0.5] },
  ],
  ["distil", { kind: 2, weight: 1.25, ids: [2, 11, 6], values: [0.5, 0.25, 0.125] }],
  ["distil, no rest", { kind: 2, weight: 1, ids: [2, 11], values: [0.75, 0.25] }],
  ["distil, a zero probability", { kind: 2, weight: 1, ids: [0, 1, 8], values: [0.5, 0, 0.25] }],
];

describe.each(VARIANTS)("with %s", (_variant, relaxedSimd) => {
  beforeAll(async () => {
    backend = await createCpuBackend({ relaxedSimd });
  });

  describe("lossHead", () => {
    it.each(CASES)("%s: loss and gradient equal the definition", async (_name, row) => {
      const z = makeLogits(2);
      const { dz, loss } = await lossHead([{ kind: -1, weight: 1 }, row], z);
      const logits = [...z.subarray(STRIDE, STRIDE + VOCAB)];
      expect(loss[0]).toBe(0);
      expect([...dz.subarray(0, STRIDE)]).toEqual(Array(STRIDE).fill(0));
      expect(relativeError([loss[1]], [lossOf(row, logits)])).toBeLessThan(2e-6);
      const want = numericGradient((x) => row.weight * lossOf(row, [...x]), logits);
      expect(relativeError(dz.subarray(STRIDE, STRIDE + VOCAB), want)).toBeLessThan(3e-6);
      expect([...dz.subarray(STRIDE + VOCAB)]).toEqual([0, 0, 0]);
    });

    it("gives no gradient at or below the floor, but the loss", async () => {
      const z = makeLogits(1);
      const target: Row = { kind: 0, weight: 1, ids: [3], floor: 50 };
      const low = await lossHead([target], z);
      expect([...low.dz]).toEqual(Array(STRIDE).fill(0));
      const want = lossOf(target, [...z.subarray(0, VOCAB)]);
      expect(relativeError(low.loss, [want])).toBeLessThan(2e-6);
    });

    it("keeps the hinge's gradient below the floor of a choice", async () => {
      const z = makeLogits(1);
      z.set([2, 1, 0], 0);
      const base = {
        kind: 1,
        weight: 0.5,
        response: 0,
        ids: [0, 1, 2],
        values: [0, 0, 0],
      } as const;
      const { dz } = await lossHead([{ ...base, floor: 50, margin: 1.5 }], z);
      expect([...dz.subarray(0, VOCAB)]).toEqual([-0.5, 0.5, ...Array(VOCAB - 2).fill(0)]);
      const wide = await lossHead([{ ...base, floor: 50, margin: 0.5 }], z);
      expect([...wide.dz]).toEqual(Array(STRIDE).fill(0));
    });

    it("stays finite when the model gives the rest no probability", async () => {
      const z = makeLogits(1);
      z.fill(-1e4, 0, VOCAB);
      z.set([5, 4], 0);
      const row: Row = { kind: 2, weight: 1, ids: [0, 1], values: [0.5, 0.25] };
      const { dz, loss } = await lossHead([row], z);
      expect(Number.isFinite(loss[0])).toBe(true);
      expect(dz.every(Number.isFinite)).toBe(true);
      expect(loss[0]).toBeGreaterThan(1);
    });

    it("shows NaN logits in the loss of every kind", async () => {
      for (const [, row] of CASES) {
        const z = makeLogits(1);
        z.fill(Number.NaN, 0, VOCAB);
        const { loss } = await lossHead([row], z);
        expect(loss[0]).toBeNaN();
      }
    });
  });

  describe("nll", () => {
    it("gives −log p and logsumexp, 0 where there is no target", async () => {
      const z = makeLogits(3);
      const target = Int32Array.of(4, -1, VOCAB - 1);
      const attrs = { rows: 3, vocab: VOCAB, stride: STRIDE };
      const [out] = await runOp(
        backend,
        { kind: "nll", attrs },
        [z, target],
        [new Float32Array(6)],
      );
      const want = [0, 1, 2].flatMap((r) => {
        const row = [...z.subarray(r * STRIDE, r * STRIDE + VOCAB)];
        const lse = logSumExp(row);
        return [target[r] < 0 ? 0 : lse - row[target[r]], lse];
      });
      expect(relativeError(out, want)).toBeLessThan(1e-6);
      expect(out[2]).toBe(0);
    });
  });
});
