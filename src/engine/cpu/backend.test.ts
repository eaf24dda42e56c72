import { describe, expect, it } from "vitest";
import type { Plan, PlanOp, Tensor } from "@/engine/tape/ir.ts";
import { createCpuBackend } from "./backend.ts";
import { randomArray, randomSource, sameBits } from "./testSupport.ts";

const tensor = (id: number, count: number, role: Tensor["role"] = "output"): Tensor => ({
  id,
  role,
  format: "f32",
  shape: [count],
  name: `t${id}`,
});

/** `repeats` products of square matrices: C = A·B. */
function productPlan(size: number, repeats: number): Plan {
  const tensors = [tensor(0, size * size), tensor(1, size * size), tensor(2, size * size)];
  const options = { transA: false, transB: true, alpha: 1, accumulate: false };
  const attrs = { M: size, N: size, K: size, ...options, hasBias: false, hasResidual: false };
  const op: PlanOp = {
    kind: "matmul",
    attrs,
    reads: [tensors[0], tensors[1]],
    writes: [tensors[2]],
  };
  const ops = Array.from({ length: repeats }, () => op);
  return { ops, tensors, slotOf: new Map(), slotBytes: [] };
}

describe("run", () => {
  it("stops between instructions when aborted", async () => {
    const backend = await createCpuBackend();
    const plan = productPlan(128, 100_000);
    const compiled = await backend.compile(plan, await backend.createStore([]));
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 20);
    const outcome = backend.run(compiled, controller.signal);
    await expect(outcome).rejects.toMatchObject({ name: "AbortError" });
  });

  it("stops inside an instruction when aborted", async () => {
    const backend = await createCpuBackend();
    const plan = productPlan(4096, 1);
    const compiled = await backend.compile(plan, await backend.createStore([]));
    for (const input of plan.tensors.slice(0, 2)) {
      backend.write(compiled, input, new Float32Array(4096 * 4096).fill(1));
    }
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 20);
    const outcome = backend.run(compiled, controller.signal);
    await expect(outcome).rejects.toMatchObject({ name: "AbortError" });
    const product = await backend.read(compiled, plan.tensors[2]);
    expect([product[0] > 0, product.at(-1)]).toEqual([true, 0]);
  });

  it("does not start when the signal is aborted already", async () => {
    const backend = await createCpuBackend();
    const compiled = await backend.compile(productPlan(8, 1), await backend.createStore([]));
    const aborted = AbortSignal.abort();
    await expect(backend.run(compiled, aborted)).rejects.toMatchObject({ name: "AbortError" });
    await backend.run(compiled);
  });

  it("survives growth of the memory while it is paused, and gives the same bits", async () => {
    const size = 700;
    const random = randomSource(2);
    const [a, b] = [randomArray(random, size * size), randomArray(random, size * size)];
    const results: Float32Array[] = [];
    for (const disturb of [false, true]) {
      const backend = await createCpuBackend();
      const plan = productPlan(size, 6);
      const compiled = await backend.compile(plan, await backend.createStore([]));
      backend.write(compiled, plan.tensors[0], a);
      backend.write(compiled, plan.tensors[1], b);
      const done = backend.run(compiled);
      if (disturb) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        const other = productPlan(1500, 1);
        await backend.compile(other, await backend.createStore([]));
      }
      await done;
      results.push(await backend.read(compiled, plan.tensors[2]));
    }
    expect(sameBits(results[0], results[1])).toBe(true);
  });

  it("serialises plans that share the machine", async () => {
    const backend = await createCpuBackend();
    const store = await backend.createStore([]);
    const plan = productPlan(300, 8);
    const random = randomSource(3);
    const inputs = [0, 1].map(() => randomArray(random, 300 * 300));
    const makeRun = async (): Promise<() => Promise<Float32Array>> => {
      const compiled = await backend.compile(plan, store);
      backend.write(compiled, plan.tensors[0], inputs[0]);
      backend.write(compiled, plan.tensors[1], inputs[1]);
      return async () => {
        await backend.run(compiled);
        return backend.read(compiled, plan.tensors[2]);
      };
    };
    const [first, second] = [await makeRun(), await makeRun()];
    const alone = await first();
    const [x, y] = await Promise.all([first(), second()]);
    expect(sameBits(x, alone)).toBe(true);
    expect(sameBits(y, alone)).toBe(true);
  });
});

describe("compile", () => {
  it("shares slots between activations and keeps constants", async () => {
    const backend = await createCpuBackend();
    const data = Float32Array.of(1, 2, 3);
    const constant: Tensor = { ...tensor(0, 3, "constant"), data };
    const [x, y, out] = [tensor(1, 3, "activation"), tensor(2, 3, "activation"), tensor(3, 3)];
    const add = (from: Tensor, to: Tensor): PlanOp => ({
      kind: "add",
      attrs: { count: 3 },
      reads: [from],
      writes: [to],
    });
    const plan: Plan = {
      ops: [add(constant, x), add(constant, y), add(x, out)],
      tensors: [constant, x, y, out],
      slotOf: new Map([
        [1, 0],
        [2, 0],
      ]),
      slotBytes: [12],
    };
    const compiled = await backend.compile(plan, await backend.createStore([]));
    await backend.run(compiled);
    expect([...(await backend.read(compiled, out))]).toEqual([2, 4, 6]);
  });

  it("says what it needs and has when memory is short, and leaks nothing", async () => {
    const backend = await createCpuBackend({ maxBytes: 8_000_000 });
    const store = await backend.createStore([]);
    const idle = backend.usedBytes();
    const failure = backend.compile(productPlan(1000, 1), store);
    await expect(failure).rejects.toMatchObject({
      code: "OUT_OF_MEMORY",
      message: expect.stringMatching(/needs 4\.0 MB, have \d\.\d MB/),
    });
    expect(backend.usedBytes()).toBe(idle);
    const large = { name: "w", shape: [1500, 1000], format: "f32", trainable: true } as const;
    await expect(backend.createStore([large])).rejects.toMatchObject({ code: "OUT_OF_MEMORY" });
    expect(backend.usedBytes()).toBe(idle);
    await backend.compile(productPlan(500, 1), store);
  });
});
