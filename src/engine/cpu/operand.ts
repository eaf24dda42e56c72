import type { PackFormat } from "./wasm/packKernels.ts";

/** Where a matrix lies in the heap. Line = row of the stored matrix. */
export interface Operand {
  readonly format: PackFormat;
  /** Byte address of element (0, 0). */
  readonly offset: number;
  /** Bytes from a line to the next. */
  readonly strideBytes: number;
  /** q8 only: address of the first scale, and bytes from a line's scales to the next's. */
  readonly scaleOffset: number;
  readonly scaleStrideBytes: number;
}

/** An f32 matrix with `stride` elements a line. */
export function f32Operand(offset: number, stride: number): Operand {
  return { format: "f32", offset, strideBytes: stride * 4, scaleOffset: 0, scaleStrideBytes: 0 };
}
