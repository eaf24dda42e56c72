import type {
  Backend,
  Instruction,
  ParameterSpec,
  Plan,
  PlanOp,
  StorageFormat,
  Tensor,
  TensorRole,
} from "../../tape/ir.ts";

/** A tensor of a one-instruction plan and what it holds before the run. */
export interface Operand {
  tensor: Tensor;
  data: Float32Array | Int32Array;
}

/** Numbers in [−1, 1), the same for the same seed (mulberry32). */
export function random(length: number, seed: number, scale = 1): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length }, () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1) * scale;
  });
}

/** Makes the operands of one instruction; ids count up. */
export class OperandMaker {
  #next = 0;

  make(
    shape: readonly number[],
    data: Float32Array | Int32Array,
    options: { role?: TensorRole; format?: StorageFormat } = {},
  ): Operand {
    const id = this.#next++;
    const format = options.format ?? (data instanceof Int32Array ? "i32" : "f32");
    return { tensor: { id, role: options.role ?? "output", format, shape, name: `t${id}` }, data };
  }
}

/** The plan that does one instruction. */
export function planOf(
  instruction: Instruction,
  reads: readonly Operand[],
  writes: readonly Operand[],
): Plan {
  const op: PlanOp = {
    ...instruction,
    reads: reads.map(({ tensor }) => tensor),
    writes: writes.map(({ tensor }) => tensor),
  };
  const tensors = [...new Set([...op.reads, ...op.writes])];
  return { ops: [op], tensors, slotOf: new Map(), slotBytes: [] };
}

/** Runs one instruction on a backend and returns what it wrote, in the order of `writes`. */
export async function runOp<Compiled>(
  backend: Backend<Compiled>,
  instruction: Instruction,
  reads: readonly Operand[],
  writes: readonly Operand[],
): Promise<Float32Array[]> {
  const plan = planOf(instruction, reads, writes);
  const operands = [...new Set([...reads, ...writes])];
  const parameters = operands.flatMap(({ tensor }): ParameterSpec[] => {
    const { role, name, shape, format } = tensor;
    if (role !== "weight" && role !== "grad") return [];
    const stored = format === "i32" ? "f32" : format;
    return [{ name, shape, format: stored, trainable: role === "grad" }];
  });
  const store = await backend.createStore(parameters);
  const compiled = await backend.compile(plan, store);
  try {
    for (const { tensor, data } of operands) {
      if (tensor.role === "weight" && data instanceof Float32Array) store.write(tensor.name, data);
      else if (tensor.role !== "grad") backend.write(compiled, tensor, data);
    }
    await backend.run(compiled);
    const results: Float32Array[] = [];
    for (const { tensor } of writes) {
      results.push(
        tensor.role === "grad"
          ? await store.read(tensor.name, "grad")
          : await backend.read(compiled, tensor),
      );
    }
    return results;
  } finally {
    backend.release(compiled);
    store.release();
  }
}

/** Largest difference, relative to the largest expected value. */
export function relativeError(actual: Float32Array, expected: Float32Array): number {
  let largest = 1e-6;
  let difference = 0;
  for (const [i, value] of expected.entries()) {
    largest = Math.max(largest, Math.abs(value));
    const error = Math.abs(actual[i] - value);
    if (!(error <= difference)) difference = error;
  }
  return difference / largest;
}
