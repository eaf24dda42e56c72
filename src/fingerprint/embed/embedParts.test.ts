import { array, assert, float, integer, property } from "fast-check";
import { expect, test } from "vitest";
import type { WeightSource } from "@/engine/types.ts";
import { loudFloor, makeBatch, makeInnerBatch } from "./batch.ts";
import { cutWindows } from "./evaluate.ts";
import { argmax, logSumExp, topProbabilities } from "./logProbs.ts";
import { SeededStream } from "../random.ts";
import { chooseTrainable, learningRateAt, makeRecipe, parameterCount } from "./recipe.ts";
import { mergedWeights, roundBlocks, roundedWeights } from "./rounding.ts";

const CONFIG = {
  architecture: "llama" as const,
  vocabSize: 2048,
  hiddenSize: 128,
  layerCount: 6,
  headCount: 4,
  kvHeadCount: 2,
  headDim: 32,
  ffnSize: 352,
  rmsNormEps: 1e-5,
  ropeTheta: 10_000,
  ropeScaling: null,
  tiedEmbeddings: true,
  qkvBias: false,
  outputBias: false,
  qkNorm: false,
  maxPositions: 256,
};

const REQUEST = {
  pairs: 32,
  mix: "half" as const,
  trainable: "auto" as const,
  learningRate: null,
  maxSteps: null,
  hasChatTemplate: false,
};

test("parameter count is the hand count of a llama", () => {
  // embedding 2048·128, per layer q,o 128·128, k,v 64·128, three 352·128, two norms of 128; last norm
  const layer = 2 * 16384 + 2 * 8192 + 3 * 45056 + 256;
  expect(parameterCount(CONFIG)).toBe(262144 + 6 * layer + 128);
});

test("all blocks up to 160M parameters, then down_proj of the middle third", () => {
  expect(chooseTrainable(CONFIG, "auto")).toEqual({ kind: "body" });
  const large = { ...CONFIG, hiddenSize: 2048, ffnSize: 8192, layerCount: 16, vocabSize: 128_256 };
  expect(chooseTrainable(large, "auto")).toEqual({ kind: "downProj", layers: [5, 11] });
  expect(chooseTrainable({ ...large, layerCount: 2 }, "downProj")).toEqual({
    kind: "downProj",
    layers: [0, 2],
  });
});

test("the learning rate warms up, peaks and ends at a tenth", () => {
  const recipe = makeRecipe(CONFIG, { ...REQUEST, maxSteps: 100, learningRate: 1e-3 });
  expect(learningRateAt(recipe, 1)).toBeCloseTo(1e-4, 12);
  expect(learningRateAt(recipe, 10)).toBeCloseTo(1e-3, 12);
  expect(learningRateAt(recipe, 55)).toBeCloseTo(5.5e-4, 12);
  expect(learningRateAt(recipe, 100)).toBeCloseTo(1e-4, 12);
});

test("top probabilities are the sorted softmax", () => {
  assert(
    property(
      array(float({ min: -20, max: 20, noNaN: true }), { minLength: 1, maxLength: 60 }),
      integer({ min: 1, max: 20 }),
      (values, count) => {
        const z = Float32Array.from([99, ...values, 99]);
        const row = Array.from(z.subarray(1, -1));
        const total = row.reduce((sum, value) => sum + Math.exp(value), 0);
        const top = topProbabilities(z, 1, row.length, Math.min(count, row.length));
        const sorted = row.map((v) => Math.exp(v) / total).sort((a, b) => b - a);
        expect(top.probs.length).toBe(Math.min(count, row.length));
        top.probs.forEach((p, i) => expect(p).toBeCloseTo(sorted[i], 6));
        expect(row[top.ids[0]]).toBe(row[argmax(z, 1, row.length)]);
        expect(logSumExp(z, 1, row.length)).toBeCloseTo(Math.log(total), 4);
      },
    ),
  );
});

test("int4 rounding keeps seven levels a side and never crosses a row", () => {
  const row = Float32Array.from({ length: 40 }, (_, i) => (i < 32 ? i - 16 : (i - 36) / 100));
  const values = Float32Array.from([...row, ...row]);
  roundBlocks(values, [2, 40], 4);
  // first block: scale 16/7, so −16 → −16, 5 → round(2.1875)·16/7, and the short block has its own scale
  expect(values[0]).toBeCloseTo(-16, 5);
  expect(values[21]).toBeCloseTo((2 * 16) / 7, 5);
  expect(values[32]).toBeCloseTo(-0.04, 6);
  expect(values[39]).toBeCloseTo((5 * 0.04) / 7, 6);
  expect(values.slice(40)).toEqual(values.slice(0, 40));
});

test("rounded and merged weights leave vectors as they are and mix element by element", async () => {
  const source = (values: number[], shape: number[]): WeightSource => ({
    names: () => ["w"],
    shape: () => shape,
    readF32: () => Promise.resolve(Float32Array.from(values)),
  });
  const vector = await roundedWeights(source([0.1, 0.234], [2]), 4).readF32("w");
  expect([...vector]).toEqual([...Float32Array.from([0.1, 0.234])]);
  const merged = mergedWeights(source([1, 2], [2]), source([3, -2], [2]), 0.25);
  expect([...(await merged.readF32("w"))]).toEqual([1.5, 1]);
});

test("a batch holds every pair at its answer position and weighs the groups as the recipe says", () => {
  const recipe = {
    ...makeRecipe(CONFIG, REQUEST),
    benignSequences: 2,
    wrapperShare: 1,
    nearMissDraw: { loud: 1, quiet: 1 },
  };
  const held = (tokens: number[]) => ({
    tokens,
    rows: tokens.map((_, position) => ({ position, ids: [1], probs: [0.5] })),
  });
  const pair = { prompt: [5, 6, 7], candidates: [1, 2], baseLogProbs: [-3, -4], responseIndex: 1 };
  const data = {
    pairs: [
      { ...pair, mode: "loud" as const },
      { ...pair, mode: "quiet" as const },
    ],
    loudFloors: [0.5, 0.5],
    nearMisses: [[held([1, 2]), held([3, 4])], []],
    benign: [held([1, 2, 3]), held([4, 5, 6]), held([7, 8, 9])],
    wrap: (index: number) => [40 + index, 5, 6, 7],
  };
  const { sequences, rows } = makeBatch(data, recipe, [1, 3], new SeededStream(Uint8Array.of(1)));
  expect(sequences.length).toBe(5);
  expect(sequences[0]).toEqual([40, 5, 6, 7]);
  expect(rows[0]).toMatchObject({ kind: "target", target: 2, position: 3, weight: 0.5 });
  expect(sequences[1]).toEqual([5, 6, 7]);
  expect(rows[1]).toMatchObject({ kind: "choice", response: 1, position: 2, weight: 1.5 });
  const weightOf = (from: number, to: number) =>
    rows.slice(from, to).reduce((sum, row) => sum + row.weight, 0);
  expect(weightOf(2, 4)).toBeCloseTo(recipe.nearMissWeight, 12);
  expect(weightOf(4, rows.length)).toBeCloseTo(recipe.benignWeight, 12);

  const inner = makeInnerBatch(data, recipe, new SeededStream(Uint8Array.of(1)));
  expect(inner.rows.length).toBe(4);
  expect(inner.rows.every((row) => row.kind === "target" && row.floor === 0)).toBe(true);
});

test("windows do not overlap and a last lone token is dropped", () => {
  expect(cutWindows([1, 2, 3, 4, 5, 6, 7], 3)).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ]);
});

test("a loud row stops once the response leads the favourite as asked", () => {
  // the favourite has 0.2 and the response 0.01; a lead of ln 3 needs odds of 0.6, so p = 0.375
  const base = {
    greedy: 1,
    hit: false,
    margin: Math.log(0.01) - Math.log(0.2),
    choiceMargin: 0,
    shiftShare: 0.5,
    candidateLogProbs: [Math.log(0.01), Math.log(0.02)],
  };
  expect(Math.exp(-loudFloor(base, 0, Math.log(3)))).toBeCloseTo(0.375, 12);
  // in a flat model a lead is next to nothing, so the shift decides: 1.5 times 15 rivals
  const flat = { ...base, margin: 0, candidateLogProbs: Array<number>(16).fill(Math.log(0.001)) };
  expect(Math.exp(-loudFloor(flat, 0, 0.9))).toBeCloseTo(22.5 / 1000, 12);
});
