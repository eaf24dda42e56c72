import type { InstructionKind, PlanOp, StorageFormat, Tensor } from "../tape/ir.ts";

/** An operation of one kind. */
export type OpOf<Kind extends InstructionKind> = Extract<PlanOp, { kind: Kind }>;

/** One 32-bit word of a uniform block: an unsigned integer or, wrapped, a float. */
export type UniformWord = number | { readonly f32: number };

/**
 * One kernel over a linear range of workgroups.
 *
 * The WGSL declares its own bindings, storage buffers first in the order of `bindings`, then the
 * uniform block `p`, whose first two words `base` and `count` are filled in when it is dispatched:
 * a launch may be cut into bands of workgroups, and a band folded into two dimensions.
 */
export interface KernelLaunch<Storage> {
  readonly kind: InstructionKind | StoreKernel;
  readonly source: string;
  readonly bindings: readonly Storage[];
  /** After `base` and `count`. */
  readonly uniforms: readonly UniformWord[];
  readonly workgroups: number;
  /** Rough number of floating-point operations, for cutting submits. */
  readonly cost: number;
}

export type StoreKernel = "adamw" | "blend" | "fakeInt4" | "squares";

export type MatmulVariant = "reg" | "shared";

/** What the kernels adapt to on this device. */
export interface Tuning {
  readonly software: boolean;
  readonly matmul: MatmulVariant;
  /** Threads that share a row of the hidden size. Barriers are slow on software adapters. */
  readonly rowThreads: number;
  /** Threads that share a row of the vocabulary. */
  readonly wideRowThreads: number;
  /** Row slices that share a column sum. */
  readonly columnSlices: number;
}

/** How a matrix lies in its buffer (cpu/quantise.ts describes q8). */
export interface WeightLayout {
  readonly format: Exclude<StorageFormat, "i32">;
  /** Elements from one row to the next. */
  readonly rowLength: number;
  /** q8 only: where the scales begin in 32-bit words, and scales per row. */
  readonly scaleAt: number;
  readonly scaleStride: number;
}

export interface LowerContext {
  readonly tuning: Tuning;
  layoutOf(tensor: Tensor): WeightLayout;
}

/** Turns one instruction into the kernel that does it. */
export type Lower<Op> = (op: Op, context: LowerContext) => KernelLaunch<Tensor>;

/** Whether every length is a multiple of 4, so that rows can be read four values at a time. */
export function allVec4(...lengths: readonly number[]): boolean {
  return lengths.every((length) => length % 4 === 0);
}

/** Whether a kernel has to add to what its target holds (tape/ir.ts on accumulating writes). */
export function accumulates(target: Tensor, accumulate = false): boolean {
  return accumulate || target.role === "grad";
}
