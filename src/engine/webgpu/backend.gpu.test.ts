import { afterEach, expect, test, vi } from "vitest";
import { EngineError } from "../errors.ts";
import type { Plan, PlanOp } from "../tape/ir.ts";
import type { WebGpuBackend, WebGpuBackendOptions } from "./backend.ts";
import { createWebGpuBackend } from "./backend.ts";
import { OperandMaker, random } from "./testing/singleOp.ts";

const opened: WebGpuBackend[] = [];

async function open(options: WebGpuBackendOptions = {}): Promise<WebGpuBackend> {
  const backend = await createWebGpuBackend(options);
  opened.push(backend);
  return backend;
}

afterEach(() => {
  for (const backend of opened.splice(0)) backend.dispose();
});

async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

async function expectCode(promise: Promise<unknown>, code: string): Promise<EngineError> {
  const error = await errorOf(promise);
  if (!(error instanceof EngineError)) throw new Error(`no EngineError: ${String(error)}`);
  expect(error.code).toBe(code);
  return error;
}

const EDGE = 384;

/** C = A · A, over and over, and at the end a copy of a row of ones: about half a second in software. */
async function longPlan(backend: WebGpuBackend, repeats = 8) {
  const t = new OperandMaker();
  const a = t.make([EDGE, EDGE], random(EDGE * EDGE, 1));
  const c = t.make([EDGE, EDGE], new Float32Array(EDGE * EDGE));
  const ones = t.make([4], new Float32Array(4).fill(1));
  const last = t.make([4], new Float32Array(4));
  const attrs = {
    M: EDGE,
    N: EDGE,
    K: EDGE,
    transA: false,
    transB: true,
    alpha: 1,
    accumulate: false,
    hasBias: false,
    hasResidual: false,
  };
  const ops: PlanOp[] = Array.from({ length: repeats }, () => ({
    kind: "matmul",
    attrs,
    reads: [a.tensor, a.tensor],
    writes: [c.tensor],
  }));
  ops.push({ kind: "add", attrs: { count: 4 }, reads: [ones.tensor], writes: [last.tensor] });
  const tensors = [a, c, ones, last].map(({ tensor }) => tensor);
  const plan: Plan = { ops, tensors, slotOf: new Map(), slotBytes: [] };
  const store = await backend.createStore([]);
  const compiled = await backend.compile(plan, store);
  for (const { tensor, data } of [a, c, ones, last]) backend.write(compiled, tensor, data);
  return { compiled, last: last.tensor };
}

test("says what it runs on", async () => {
  const backend = await open();
  const { device } = backend;
  expect(device.kind).toBe("webgpu");
  expect(device.name).not.toBe("");
  expect(device.maxBufferBytes).toBeGreaterThanOrEqual(128 * 2 ** 20);
  // Nothing is measured before there is something to run.
  expect(backend.memory().peakBytes).toBe(0);
  if (device.software) expect(await backend.matmul()).toBe("reg");
});

test("an aborted run stops before its end, and the next one is whole", async () => {
  const backend = await open();
  const { compiled, last } = await longPlan(backend, 20);
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 50);
  const error = await errorOf(backend.run(compiled, controller.signal));
  expect(error).toBeInstanceOf(DOMException);
  expect(error).toHaveProperty("name", "AbortError");
  expect(await backend.read(compiled, last)).toEqual(new Float32Array(4));
  await backend.run(compiled);
  expect(await backend.read(compiled, last)).toEqual(new Float32Array(4).fill(1));
  expect(await errorOf(backend.run(compiled, controller.signal))).toHaveProperty(
    "name",
    "AbortError",
  );
});

test("a lost device ends the run and everything after it", async () => {
  const backend = await open();
  const { compiled, last } = await longPlan(backend);
  setTimeout(() => backend.gpu.destroy(), 50);
  await expectCode(backend.run(compiled), "GPU_DEVICE_LOST");
  expect(await backend.lost).toHaveProperty("reason", "destroyed");
  await expectCode(backend.run(compiled), "GPU_DEVICE_LOST");
  await expectCode(backend.read(compiled, last), "GPU_DEVICE_LOST");
  await expectCode(backend.createStore([]), "GPU_DEVICE_LOST");
});

test("a device lost while it is read from is no cancel", async () => {
  const backend = await open();
  const { compiled, last } = await longPlan(backend, 1);
  const reading = backend.read(compiled, last);
  backend.gpu.destroy();
  await expectCode(reading, "GPU_DEVICE_LOST");
});

test("a rejected command stops the run", async () => {
  const backend = await open();
  const { compiled } = await longPlan(backend);
  backend.gpu.createBuffer({ size: 4, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE });
  const error = await expectCode(backend.run(compiled), "GPU_VALIDATION");
  expect(error.details).toMatch(/usage/i);
});

const matrix = (name: string, rows: number, columns: number) =>
  ({ name, shape: [rows, columns], format: "f32", trainable: true }) as const;

test("a parameter larger than a binding is refused with both figures", async () => {
  const backend = await open();
  const { maxBufferBytes } = backend.device;
  const rows = Math.ceil(maxBufferBytes / 4096) + 1;
  const error = await expectCode(
    backend.createStore([matrix("head", rows, 1024)]),
    "GPU_LIMIT_TOO_LOW",
  );
  expect(error.message).toContain("head");
  expect(error.message).toContain(`needs ${rows * 4096}, have ${maxBufferBytes}`);
});

test("a store that does not fit is refused with both figures, and leaves nothing behind", async () => {
  const backend = await open({ memoryLimitBytes: 3 * 2 ** 20 });
  const before = backend.memory().allocatedBytes;
  // 1 MiB four times: values, gradient, two moments.
  const error = await expectCode(
    backend.createStore([matrix("w", 256, 1024)]),
    "GPU_OUT_OF_MEMORY",
  );
  expect(error.message).toMatch(/needs 4\.0 MiB, have 3\.0 MiB/);
  expect(backend.memory().allocatedBytes).toBe(before);
  (await backend.createStore([matrix("w", 128, 1024)])).release();
  expect(backend.memory().allocatedBytes).toBe(before);
});

test("what the driver refuses is out of memory too", async () => {
  const backend = await open();
  await backend.matmul();
  const before = backend.memory().allocatedBytes;
  vi.spyOn(backend.gpu, "popErrorScope").mockResolvedValueOnce(new GPUOutOfMemoryError("no room"));
  const error = await expectCode(
    backend.createStore([matrix("w", 256, 1024)]),
    "GPU_OUT_OF_MEMORY",
  );
  expect(error.message).toContain("needs 4.0 MiB");
  expect(error.details).toContain("no room");
  expect(backend.memory().allocatedBytes).toBe(before);
});

test("plans share their activations", async () => {
  const backend = await open();
  const store = await backend.createStore([]);
  const compile = async (slotBytes: number[]) =>
    backend.compile({ ops: [], tensors: [], slotOf: new Map(), slotBytes }, store);
  const first = await compile([4096, 1024]);
  const second = await compile([1000, 2048, 512]);
  expect(backend.memory().activationBytes).toBe(4096 + 1024 + 512);
  backend.release(first);
  expect(backend.memory().activationBytes).toBe(4096 + 1024 + 512);
  backend.release(second);
  expect(backend.memory().activationBytes).toBe(0);
});

for (const clock of ["device", "host"] as const) {
  test(`a profile by the ${clock}'s clock gives every kind its share`, async () => {
    const backend = await open();
    if (clock === "device") expect(backend.gpu.features).toContain("timestamp-query");
    const { compiled, last } = await longPlan(backend, 2);
    const profile = await backend.profile(compiled, { clock });
    expect([...profile.keys()].sort()).toEqual(["add", "matmul"]);
    expect(profile.get("matmul")).toBeGreaterThan(profile.get("add") ?? Infinity);
    expect(await backend.read(compiled, last)).toEqual(new Float32Array(4).fill(1));
  });
}
