import { setFlagsFromString } from "node:v8";
import type { Instruction, ParameterSpec, Plan, Tensor } from "@/engine/tape/ir.ts";
import type { CpuBackend } from "./backend.ts";

// Node 20 knows relaxed SIMD but keeps it behind a flag; later versions have it without.
setFlagsFromString("--experimental-wasm-relaxed-simd");

/** Both ways the kernels may be compiled. */
export const VARIANTS: readonly [name: string, relaxedSimd: boolean][] = [
  ["SIMD", false],
  ["relaxed SIMD", true],
];

/** Numbers of a test, or a weight held in a storage format. */
export type Given =
  | Float32Array
  | Int32Array
  | { format: "f32" | "bf16" | "q8"; shape: readonly number[]; values: Float32Array };

/** Small generator with a seed (mulberry32), so that failures repeat. */
export function randomSource(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** `count` numbers in [−size, size). */
export function randomArray(random: () => number, count: number, size = 1): Float32Array {
  return Float32Array.from({ length: count }, () => (2 * random() - 1) * size);
}

/**
 * Runs one instruction. `writes` are initial contents and come back as they are afterwards; an array
 * that is the same object in both lists is one tensor.
 */
export async function runOp(
  backend: CpuBackend,
  instruction: Instruction,
  reads: readonly Given[],
  writes: readonly Float32Array[],
): Promise<Float32Array[]> {
  const tensors: Tensor[] = [];
  const specs: ParameterSpec[] = [];
  const known = new Map<Given, Tensor>();
  const tensorOf = (given: Given): Tensor => {
    const found = known.get(given);
    if (found) return found;
    const id = tensors.length;
    const name = `t${id}`;
    let tensor: Tensor;
    if ("format" in given) {
      const { format, shape } = given;
      specs.push({ name, shape, format, trainable: false });
      tensor = { id, role: "weight", format, shape, name };
    } else {
      const format = given instanceof Int32Array ? "i32" : "f32";
      tensor = { id, role: "output", format, shape: [given.length], name };
    }
    tensors.push(tensor);
    known.set(given, tensor);
    return tensor;
  };
  const op = { ...instruction, reads: reads.map(tensorOf), writes: writes.map(tensorOf) };
  const plan: Plan = { ops: [op], tensors, slotOf: new Map(), slotBytes: [] };
  const store = await backend.createStore(specs);
  for (const [given, { name }] of known) if ("format" in given) store.write(name, given.values);
  const compiled = await backend.compile(plan, store);
  for (const [given, tensor] of known) {
    if (!("format" in given)) backend.write(compiled, tensor, given);
  }
  await backend.run(compiled);
  const results: Float32Array[] = [];
  for (const tensor of op.writes) results.push(await backend.read(compiled, tensor));
  backend.release(compiled);
  store.release();
  return results;
}

/** Largest |a − b| over the largest |b|, or |a − b| itself where all b are tiny. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  let size = 1e-6;
  for (let i = 0; i < b.length; i++) {
    const difference = Math.abs(a[i] - b[i]);
    if (!(difference <= worst)) worst = difference;
    size = Math.max(size, Math.abs(b[i]));
  }
  return worst / size;
}

/** Central differences in f64 of a scalar function of an array. */
export function numericGradient(
  value: (x: Float64Array) => number,
  at: ArrayLike<number>,
  step = 1e-5,
): Float64Array {
  const x = Float64Array.from(at);
  return x.map((here, i) => {
    x[i] = here + step;
    const up = value(x);
    x[i] = here - step;
    const down = value(x);
    x[i] = here;
    return (up - down) / (2 * step);
  });
}

/** Σ a·b. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** True when both arrays hold the same bits; quicker than a deep comparison. */
export function sameBits(a: Float32Array, b: Float32Array): boolean {
  const [x, y] = [a, b].map((v) => new Int32Array(v.buffer, v.byteOffset, v.length));
  return x.length === y.length && x.every((bits, i) => bits === y[i]);
}
