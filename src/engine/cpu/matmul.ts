import type { Heap } from "./heap.ts";
import type { Operand } from "./operand.ts";
import type { Kernels } from "./wasm/module.ts";

/** Blocks of the product: A panels stay in the second-level cache, B panels in the third. */
const BLOCK_M = 128;
const BLOCK_N = 512;
const BLOCK_K = 320;
const Q8_BLOCK = 32;

const ELEMENT_BYTES = { f32: 4, bf16: 2, q8: 1 } as const;

export interface MatmulCall {
  M: number;
  N: number;
  K: number;
  transA: boolean;
  transB: boolean;
  alpha: number;
  accumulate: boolean;
  a: Operand;
  b: Operand;
  /** Byte address and row stride in bytes of C. */
  c: number;
  strideC: number;
}

/** Cuts `total` into equal pieces of at most `most`, each a multiple of `unit`. */
function pieceOf(total: number, most: number, unit: number): number {
  const pieces = Math.ceil(total / most);
  return Math.ceil(total / pieces / unit) * unit;
}

/**
 * Blocked matrix product. Work is done part by part (`parts`, `runPart` with 0, 1, 2, … in order) so
 * that the caller may pause between parts; a part is at most about 42 MFLOP. B's packed block lives
 * from one part to the next, so only one product may be under way. The order of additions depends on
 * K alone: results do not depend on M, N or on how rows are split.
 */
export class Matmul {
  private readonly kernels: Kernels;
  private readonly unroll: number;
  private readonly packedA: number;
  private readonly packedB: number;
  private readonly tile: number;

  constructor(kernels: Kernels, heap: Heap) {
    const { rows, vectors, unroll } = kernels.shape;
    const columns = vectors * 4;
    this.kernels = kernels;
    this.unroll = unroll;
    const depth = BLOCK_K + Math.max(unroll, Q8_BLOCK);
    this.packedA = heap.alloc((BLOCK_M + rows) * depth * 4).offset;
    this.packedB = heap.alloc((BLOCK_N + columns) * depth * 4).offset;
    this.tile = heap.alloc(rows * columns * 4).offset;
  }

  parts(M: number, N: number, K: number): number {
    return Math.ceil(M / BLOCK_M) * Math.ceil(N / BLOCK_N) * depthPieces(K);
  }

  /** All parts at once, for small products inside other instructions. */
  run(call: MatmulCall): void {
    const parts = this.parts(call.M, call.N, call.K);
    for (let part = 0; part < parts; part++) this.runPart(call, part);
  }

  runPart(call: MatmulCall, part: number): void {
    const { M, N, K, a, b } = call;
    const rowBlocks = Math.ceil(M / BLOCK_M);
    const depthBlocks = depthPieces(K);
    const i0 = (part % rowBlocks) * BLOCK_M;
    const rest = Math.floor(part / rowBlocks);
    const depth = pieceOf(K, BLOCK_K, Q8_BLOCK);
    const k0 = (rest % depthBlocks) * depth;
    const j0 = Math.floor(rest / depthBlocks) * BLOCK_N;
    const mb = Math.min(BLOCK_M, M - i0);
    const nb = Math.min(BLOCK_N, N - j0);
    const kb = Math.min(depth, K - k0);
    const padded = Math.ceil(kb / this.unroll) * this.unroll;
    if (i0 === 0) this.pack("packB", b, !call.transB, j0, nb, k0, kb, padded, this.packedB);
    this.pack("packA", a, call.transA, i0, mb, k0, kb, padded, this.packedA);
    this.kernels.gemm(
      this.packedA,
      this.packedB,
      call.c + i0 * call.strideC + j0 * 4,
      call.strideC,
      mb,
      nb,
      padded,
      call.alpha,
      call.accumulate || k0 > 0 ? 1 : 0,
      this.tile,
    );
  }

  /** `depthIsLine`: lines of the stored matrix run over k, so the panel index runs along memory. */
  private pack(
    side: "packA" | "packB",
    from: Operand,
    depthIsLine: boolean,
    panel0: number,
    count: number,
    k0: number,
    depth: number,
    padded: number,
    into: number,
  ): void {
    const line = depthIsLine ? k0 : panel0;
    const column = depthIsLine ? panel0 : k0;
    this.kernels[side](from.format, depthIsLine ? "panel" : "depth")(
      from.offset + line * from.strideBytes + column * ELEMENT_BYTES[from.format],
      from.strideBytes,
      count,
      depth,
      padded,
      into,
      from.scaleOffset + line * from.scaleStrideBytes,
      from.scaleStrideBytes,
      column,
    );
  }
}

function depthPieces(K: number): number {
  return Math.ceil(K / pieceOf(K, BLOCK_K, Q8_BLOCK));
}
