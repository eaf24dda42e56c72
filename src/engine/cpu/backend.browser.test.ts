import { describe, expect, it } from "vitest";
import type { Plan, Tensor } from "@/engine/tape/ir.ts";
import { createCpuBackend } from "./backend.ts";
import { hasRelaxedSimd } from "./wasm/module.ts";

describe.each([false, true])("in the browser, relaxed SIMD %s", (relaxedSimd) => {
  it("multiplies and can be cancelled", async () => {
    expect(hasRelaxedSimd()).toBe(true);
    const backend = await createCpuBackend({ relaxedSimd });
    const [M, N, K] = [37, 19, 45];
    const counts = [M * K, N * K, M * N];
    const tensors = counts.map((count, id): Tensor => ({
      id,
      role: "output",
      format: "f32",
      shape: [count],
      name: `t${id}`,
    }));
    const options = { transA: false, transB: true, alpha: 1, accumulate: false };
    const attrs = { M, N, K, ...options, hasBias: false, hasResidual: false };
    const [a, b, c] = tensors;
    const op = { kind: "matmul", attrs, reads: [a, b], writes: [c] } as const;
    const makePlan = (repeats: number): Plan => ({
      ops: Array.from({ length: repeats }, () => op),
      tensors,
      slotOf: new Map(),
      slotBytes: [],
    });
    const store = await backend.createStore([]);
    const compiled = await backend.compile(makePlan(1), store);
    // Small integers: products and sums are exact.
    const left = Float32Array.from({ length: M * K }, (_, i) => (i % 7) - 3);
    const right = Float32Array.from({ length: N * K }, (_, i) => (i % 5) - 2);
    backend.write(compiled, a, left);
    backend.write(compiled, b, right);
    await backend.run(compiled);
    const got = await backend.read(compiled, c);
    for (let i = 0; i < M; i++) {
      for (let j = 0; j < N; j++) {
        let want = 0;
        for (let k = 0; k < K; k++) want += left[i * K + k] * right[j * K + k];
        expect(got[i * N + j]).toBe(want);
      }
    }
    const long = await backend.compile(makePlan(100_000), store);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 10);
    await expect(backend.run(long, controller.signal)).rejects.toMatchObject({
      name: "AbortError",
    });
  });
});
