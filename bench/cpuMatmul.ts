import { defaultDevice, init, jit, numpy as np } from "@jax-js/jax";
import { createCpuBackend } from "@/engine/cpu/backend.ts";
import { OperandMaker, planOf, random } from "@/engine/webgpu/testing/singleOp.ts";
import { median } from "./statistics.ts";

const EDGE = 512;
const ROUNDS = 15;

export interface MatmulResult {
  engine: string;
  gflops: number;
  bestGflops: number;
}

/** A product of two 512×512 matrices, the second transposed, on the processor. */
export async function cpuMatmul(): Promise<MatmulResult[]> {
  const a = random(EDGE * EDGE, 1);
  const b = random(EDGE * EDGE, 2);
  const contenders = [await signetMatmul(a, b), await jaxMatmul(a, b)];
  const [first, second] = [await contenders[0].run(), await contenders[1].run()];
  requireEqual(first, second);
  const ms: number[][] = contenders.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, { run }] of contenders.entries()) {
      const startedAt = performance.now();
      await run();
      ms[i].push(performance.now() - startedAt);
    }
  }
  return contenders.map(({ engine }, i) => ({
    engine,
    gflops: gflopsOf(median(ms[i])),
    bestGflops: gflopsOf(Math.min(...ms[i])),
  }));
}

function gflopsOf(ms: number): number {
  return (2 * EDGE ** 3) / ms / 1e6;
}

function requireEqual(a: Float32Array, b: Float32Array): void {
  let worst = 0;
  for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs(a[i] - b[i]));
  // Sums of 512 products of numbers below 1.
  if (!(worst < 1e-3)) throw new Error(`the products differ by ${worst}`);
}

async function signetMatmul(a: Float32Array, b: Float32Array) {
  const backend = await createCpuBackend();
  const maker = new OperandMaker();
  const shape = [EDGE, EDGE];
  const operands = [a, b, new Float32Array(EDGE * EDGE)].map((data) => maker.make(shape, data));
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
  const plan = planOf({ kind: "matmul", attrs }, operands.slice(0, 2), operands.slice(2));
  const compiled = await backend.compile(plan, await backend.createStore([]));
  for (const { tensor, data } of operands) backend.write(compiled, tensor, data);
  return {
    engine: `Signet, ${backend.name}`,
    run: async () => {
      await backend.run(compiled);
      return backend.read(compiled, operands[2].tensor);
    },
  };
}

async function jaxMatmul(a: Float32Array, b: Float32Array) {
  await init("wasm");
  defaultDevice("wasm");
  const [left, right] = [a, b].map((values) => np.array(values.slice()).reshape([EDGE, EDGE]));
  const product = jit((x: np.Array, y: np.Array) => np.dot(x, y.transpose()));
  return {
    engine: "jax-js, WebAssembly SIMD",
    run: async () => {
      defaultDevice("wasm");
      return new Float32Array(await product(left.ref, right.ref).data());
    },
  };
}
