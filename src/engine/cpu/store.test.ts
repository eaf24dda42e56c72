import { describe, expect, it } from "vitest";
import type { AdamwHyper } from "@/engine/tape/ir.ts";
import { createCpuBackend } from "./backend.ts";
import { Heap } from "./heap.ts";
import { CpuStore } from "./store.ts";
import { randomArray, randomSource, relativeError } from "./testSupport.ts";
import { makeKernels } from "./wasm/module.ts";

const random = randomSource(31);
const array = (count: number, size?: number): Float32Array => randomArray(random, count, size);
const spec = (name: string, shape: readonly number[], trainable = true) =>
  ({ name, shape, format: "f32", trainable }) as const;

interface Made {
  store: CpuStore;
  /** Gradients, which only instructions write otherwise. */
  setGrad: (name: string, values: Float32Array) => void;
}

async function makeStore(): Promise<Made> {
  const heap = new Heap();
  const kernels = await makeKernels(heap.memory, heap.maximumPages, SHAPE);
  const specs = [spec("w", [5, 33]), spec("b", [7]), spec("frozen", [3, 2], false)];
  const store = new CpuStore(heap, kernels, specs);
  const setGrad = (name: string, values: Float32Array): void =>
    heap.f32(store.locate(name, "grad").offset, values.length).set(values);
  return { store, setGrad };
}

const SHAPE = { rows: 4, vectors: 2, unroll: 4, relaxed: false };
const HYPER: AdamwHyper = {
  learningRate: 0.01,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  weightDecay: 0.1,
  c1: 1,
  c2: 1,
  gradScale: 0.5,
};

describe("frozen parameters", () => {
  it("come back exactly in f32", async () => {
    const { store } = await makeStore();
    const values = array(6);
    store.write("frozen", values);
    expect(await store.read("frozen")).toEqual(values);
  });

  it("round to bf16 to nearest, ties to even", async () => {
    const backend = await createCpuBackend();
    const store = await backend.createStore([
      { name: "x", shape: [9], format: "bf16", trainable: false },
    ]);
    const step = 2 ** -7;
    const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
    const values = [1, 1 + step / 2, 1 + 1.5 * step, 1 + 0.51 * step, -3, 1e-40, nan, -infinity, 0];
    store.write("x", Float32Array.from(values));
    const got = await store.read("x");
    expect([...got.subarray(0, 5)]).toEqual([1, 1, 1 + 2 * step, 1 + step, -3]);
    expect(Math.abs(got[5] - 1e-40)).toBeLessThan(5e-41);
    expect([...got.subarray(6)]).toEqual([nan, -infinity, 0]);
  });

  it("are within half a step of q8 and exact at the largest", async () => {
    const backend = await createCpuBackend();
    const shape = [3, 70];
    const store = await backend.createStore([{ name: "x", shape, format: "q8", trainable: false }]);
    const values = array(210, 3);
    values.fill(0, 70, 102);
    store.write("x", values);
    const got = await store.read("x");
    for (let row = 0; row < 3; row++) {
      for (const [from, to] of [
        [0, 32],
        [32, 64],
        [64, 70],
      ]) {
        const block = [...values.subarray(row * 70 + from, row * 70 + to)];
        const max = Math.max(...block.map(Math.abs));
        block.forEach((x, i) => {
          const error = Math.abs(got[row * 70 + from + i] - x);
          const bound = Math.abs(x) === max ? 1e-6 : max / 254 + 1e-6;
          expect(error).toBeLessThanOrEqual(bound);
        });
      }
    }
  });

  it("have no gradient, and unknown names are told", async () => {
    const { store } = await makeStore();
    expect(() => store.read("frozen", "grad")).toThrow(
      expect.objectContaining({ code: "WEIGHTS_MISMATCH" }),
    );
    expect(() => store.write("nothing", array(1))).toThrow("nothing");
    expect(() => store.write("b", array(6))).toThrow("has 6 values, the model wants 7");
  });
});

describe("optimiser", () => {
  it("adamw equals the published algorithm in f64 over five steps", async () => {
    const { store, setGrad } = await makeStore();
    const start = array(165);
    store.write("w", start);
    store.write("b", array(7));
    const w = Float64Array.from(start);
    const m = new Float64Array(165);
    const v = new Float64Array(165);
    const { learningRate, beta1, beta2, epsilon, weightDecay, gradScale } = HYPER;
    for (let t = 1; t <= 5; t++) {
      const grad = array(165);
      setGrad("w", grad);
      store.adamw({ ...HYPER, c1: 1 / (1 - beta1 ** t), c2: 1 / (1 - beta2 ** t) });
      for (let i = 0; i < 165; i++) {
        const g = grad[i] * gradScale;
        w[i] -= learningRate * weightDecay * w[i];
        m[i] = beta1 * m[i] + (1 - beta1) * g;
        v[i] = beta2 * v[i] + (1 - beta2) * g * g;
        const mHat = m[i] / (1 - beta1 ** t);
        const vHat = v[i] / (1 - beta2 ** t);
        w[i] -= (learningRate * mHat) / (Math.sqrt(vHat) + epsilon);
      }
    }
    expect(relativeError(await store.read("w"), w)).toBeLessThan(1e-6);
    expect(relativeError(await store.read("w", "m"), m)).toBeLessThan(1e-6);
    expect(relativeError(await store.read("w", "v"), v)).toBeLessThan(1e-6);
  });

  it("sgd, gradNorm and zeroGrad act on all trainables", async () => {
    const { store, setGrad } = await makeStore();
    const [w, b, gw, gb] = [array(165), array(7), array(165), array(7)];
    store.write("w", w);
    store.write("b", b);
    setGrad("w", gw);
    setGrad("b", gb);
    const squares = [...gw, ...gb].reduce((sum, x) => sum + x * x, 0);
    expect(await store.gradNorm()).toBeCloseTo(Math.sqrt(squares), 10);
    store.sgd(0.5);
    expect(
      relativeError(
        await store.read("b"),
        b.map((x, i) => x - 0.5 * gb[i]),
      ),
    ).toBeLessThan(1e-6);
    expect(
      relativeError(
        await store.read("w"),
        w.map((x, i) => x - 0.5 * gw[i]),
      ),
    ).toBeLessThan(1e-6);
    store.zeroGrad();
    expect(await store.gradNorm()).toBe(0);
    setGrad("b", gb.fill(Number.NaN));
    expect(await store.gradNorm()).toBeNaN();
  });

  it("averages toward the values that were kept", async () => {
    const { store } = await makeStore();
    const [original, later] = [array(7), array(7)];
    store.write("b", original);
    const before = store.bytes();
    store.keepOriginal();
    expect(store.bytes().stateBytes).toBeGreaterThan(before.stateBytes);
    store.write("b", later);
    store.averageTowardOriginal(0.25);
    const want = later.map((x, i) => 0.75 * x + 0.25 * original[i]);
    expect(relativeError(await store.read("b"), want)).toBeLessThan(1e-6);
  });

  it("keeps moments that were written", async () => {
    const { store } = await makeStore();
    const [m, v] = [array(7), array(7)];
    store.writeMoment("b", "m", m);
    store.writeMoment("b", "v", v);
    expect(await store.read("b", "m")).toEqual(m);
    expect(await store.read("b", "v")).toEqual(v);
    expect(() => store.writeMoment("frozen", "m", array(6))).toThrow("frozen");
  });
});

describe("fake int4", () => {
  it("rounds matrices to sevenths of the block's largest, and comes back", async () => {
    const { store } = await makeStore();
    const w = array(165);
    const b = array(7);
    // Row 0: largest 7, so steps are 1; halves go away from zero.
    w.set([7, 2.4, 2.5, -2.5, -2.6, 0.4, -6.9, 0.5], 0);
    w.fill(0, 8, 32);
    w[32] = 0.3;
    w.fill(0, 33, 65);
    store.write("w", w);
    store.write("b", b);
    store.enterFakeInt4();
    const rounded = await store.read("w");
    expect([...rounded.subarray(0, 8)]).toEqual([7, 2, 3, -3, -3, 0, -7, 1]);
    expect(rounded[32]).toBeCloseTo(0.3, 6);
    expect([...rounded.subarray(33, 65)]).toEqual(Array(32).fill(0));
    expect(await store.read("b")).toEqual(b);
    for (let i = 66; i < 98; i++) {
      const scale = Math.max(...w.subarray(66, 98).map(Math.abs)) / 7;
      const steps = rounded[i] / scale;
      expect(Math.abs(steps - Math.round(steps))).toBeLessThan(1e-5);
      expect(Math.abs(rounded[i] - w[i])).toBeLessThan(scale * 0.5 + 1e-6);
    }
    store.restoreValues();
    expect(await store.read("w")).toEqual(w);
  });

  it("does not overwrite a save that is held, and drops it on restore", async () => {
    const { store } = await makeStore();
    const first = array(165);
    store.write("w", first);
    store.saveValues();
    store.write("w", array(165));
    store.enterFakeInt4();
    store.restoreValues();
    expect(await store.read("w")).toEqual(first);
    expect(() => store.restoreValues()).toThrow("saved");
  });
});

it("counts bytes and gives them back", async () => {
  const backend = await createCpuBackend();
  const idle = backend.usedBytes();
  const store = await backend.createStore([
    spec("w", [64, 64]),
    { name: "q", shape: [2, 64], format: "q8", trainable: false },
    { name: "h", shape: [2, 64], format: "bf16", trainable: false },
  ]);
  // q8: 128 values and 4 scales in blocks of 64 bytes; bf16: 256 bytes.
  const want = { weightBytes: 64 * 64 * 4 + 192 + 256, stateBytes: 3 * 64 * 64 * 4 };
  expect(store.bytes()).toEqual(want);
  expect(backend.usedBytes() - idle).toBe(want.weightBytes + want.stateBytes);
  store.release();
  expect(backend.usedBytes()).toBe(idle);
});
