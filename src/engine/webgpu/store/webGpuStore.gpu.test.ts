import { afterAll, beforeAll, expect, test } from "vitest";
import type { CpuBackend } from "../../cpu/backend.ts";
import { createCpuBackend } from "../../cpu/backend.ts";
import type { Backend, ParameterSpec, ParameterStore, Tensor } from "../../tape/ir.ts";
import type { WebGpuBackend } from "../backend.ts";
import { createWebGpuBackend } from "../backend.ts";
import { random, relativeError } from "../testing/singleOp.ts";

let gpu: WebGpuBackend;
let cpu: CpuBackend;

beforeAll(async () => {
  [gpu, cpu] = await Promise.all([createWebGpuBackend(), createCpuBackend()]);
});

afterAll(() => {
  gpu.dispose();
  cpu.dispose();
});

const TRAINABLE: ParameterSpec[] = [
  { name: "matrix", shape: [9, 43], format: "f32", trainable: true },
  { name: "gain", shape: [43], format: "f32", trainable: true },
  { name: "wide", shape: [6, 64], format: "f32", trainable: true },
];

const size = ({ shape }: ParameterSpec) => shape.reduce((product, length) => product * length, 1);

/** Adds x to the gradient of a parameter, as a backward pass would. */
async function addToGrad<Compiled>(
  backend: Backend<Compiled>,
  store: ParameterStore,
  spec: ParameterSpec,
  x: Float32Array,
): Promise<void> {
  const common = { format: "f32", shape: spec.shape } as const;
  const input: Tensor = { ...common, id: 0, role: "input", name: "x" };
  const grad: Tensor = { ...common, id: 1, role: "grad", name: spec.name };
  const compiled = await backend.compile(
    {
      ops: [{ kind: "add", attrs: { count: size(spec) }, reads: [input], writes: [grad] }],
      tensors: [input, grad],
      slotOf: new Map(),
      slotBytes: [],
    },
    store,
  );
  backend.write(compiled, input, x);
  await backend.run(compiled);
  backend.release(compiled);
}

/** A store with values, gradients and moments. */
async function filled<Compiled>(backend: Backend<Compiled>): Promise<ParameterStore> {
  const store = await backend.createStore(TRAINABLE);
  for (const [i, spec] of TRAINABLE.entries()) {
    store.write(spec.name, random(size(spec), i));
    store.writeMoment(spec.name, "m", random(size(spec), 10 + i, 0.1));
    store.writeMoment(
      spec.name,
      "v",
      random(size(spec), 20 + i, 0.1).map((x) => x * x),
    );
    await addToGrad(backend, store, spec, random(size(spec), 30 + i));
  }
  return store;
}

async function expectSame(
  act: (store: ParameterStore) => void | Promise<void>,
  parts: readonly ("value" | "grad" | "m" | "v")[] = ["value"],
): Promise<void> {
  const [onGpu, onCpu] = [await filled(gpu), await filled(cpu)];
  const before = await onCpu.read("matrix", parts[0]);
  await act(onGpu);
  await act(onCpu);
  expect(await onCpu.read("matrix", parts[0])).not.toEqual(before);
  for (const { name } of TRAINABLE) {
    for (const part of parts) {
      const error = relativeError(await onGpu.read(name, part), await onCpu.read(name, part));
      expect(error, `${name} ${part}`).toBeLessThan(1e-6);
    }
  }
  onGpu.release();
  onCpu.release();
}

test("AdamW", async () => {
  const hyper = {
    learningRate: 0.01,
    beta1: 0.9,
    beta2: 0.95,
    epsilon: 1e-8,
    weightDecay: 0.1,
    c1: 1 / (1 - 0.9 ** 3),
    c2: 1 / (1 - 0.95 ** 3),
    gradScale: 0.5,
  };
  await expectSame((store) => store.adamw(hyper));
  await expectSame((store) => store.adamw(hyper), ["m", "v"]);
});

test("SGD", async () => {
  await expectSame((store) => store.sgd(0.1));
});

test("averaging toward the original", async () => {
  await expectSame((store) => {
    store.keepOriginal();
    store.sgd(0.3);
    store.averageTowardOriginal(0.25);
  });
});

test("int4 rounding of matrices, and back", async () => {
  await expectSame((store) => store.enterFakeInt4());
  const store = await filled(gpu);
  const [matrix, gain] = [await store.read("matrix"), await store.read("gain")];
  store.enterFakeInt4();
  const once = await store.read("matrix");
  expect(once).not.toEqual(matrix);
  expect(await store.read("gain")).toEqual(gain);
  store.enterFakeInt4();
  expect(relativeError(await store.read("matrix"), once)).toBeLessThan(1e-6);
  store.restoreValues();
  expect(await store.read("matrix")).toEqual(matrix);
  store.release();
});

test("saving and restoring values", async () => {
  const store = await filled(gpu);
  const before = await store.read("wide");
  store.saveValues();
  store.sgd(1);
  expect(await store.read("wide")).not.toEqual(before);
  store.restoreValues();
  expect(await store.read("wide")).toEqual(before);
  store.release();
});

test("gradient norm, and zeroing", async () => {
  const [onGpu, onCpu] = [await filled(gpu), await filled(cpu)];
  const norm = await onGpu.gradNorm();
  expect(Math.abs(norm / (await onCpu.gradNorm()) - 1)).toBeLessThan(1e-6);
  expect(await onGpu.gradNorm()).toBe(norm);
  onGpu.zeroGrad();
  expect(await onGpu.gradNorm()).toBe(0);
  await addToGrad(gpu, onGpu, TRAINABLE[1], new Float32Array(43).fill(Number.NaN));
  expect(await onGpu.gradNorm()).toBeNaN();
  onGpu.release();
  onCpu.release();
});

for (const format of ["f32", "bf16", "q8"] as const) {
  test(`frozen weights in ${format} are those of the processor's backend`, async () => {
    const spec: ParameterSpec = { name: "w", shape: [5, 43], format, trainable: false };
    const [onGpu, onCpu] = [await gpu.createStore([spec]), await cpu.createStore([spec])];
    for (const store of [onGpu, onCpu]) store.write("w", random(5 * 43, 3));
    expect(await onGpu.read("w")).toEqual(await onCpu.read("w"));
    await expect(onGpu.read("w", "grad")).rejects.toThrow(/frozen/);
    expect(() => onGpu.write("w", new Float32Array(3))).toThrow(/3 values/);
    expect(() => onGpu.write("x", new Float32Array(3))).toThrow(/no parameter x/);
    onGpu.release();
    onCpu.release();
  });
}

test("bytes: arenas, copies, frozen formats", async () => {
  const before = gpu.memory().allocatedBytes;
  const store = await gpu.createStore([
    { name: "w", shape: [64, 64], format: "f32", trainable: true },
    { name: "f", shape: [64, 64], format: "q8", trainable: false },
  ]);
  const arena = 64 * 64 * 4;
  const frozen = 64 * 64 + 64 * 2 * 4;
  expect(store.bytes()).toEqual({ weightBytes: arena + frozen, stateBytes: 3 * arena });
  store.keepOriginal();
  expect(store.bytes()).toEqual({ weightBytes: arena + frozen, stateBytes: 4 * arena });
  store.release();
  expect(gpu.memory().allocatedBytes).toBe(before);
});
