import { invariant } from "@/lib/invariant.ts";
import type { Tensor } from "../../tape/ir.ts";
import type { KernelLaunch, Lower, OpOf, Tuning } from "../../webgpu/launch.ts";
import { accumulates, allVec4 } from "../../webgpu/launch.ts";
import type { MatmulShape } from "./shape.ts";
import { registerSource } from "./registerSource.ts";
import { scalarSource } from "./scalarSource.ts";
import { sharedSource } from "./sharedSource.ts";

/** C [M,N] = alpha · op(A)·op(B) (+ bias) (+ residual) (+ C). */
export const lowerMatmul: Lower<OpOf<"matmul">> = ({ attrs, reads, writes }, context) => {
  const [a, b] = reads;
  const c = writes[0];
  const optional = reads.filter((tensor) => tensor !== c).slice(2);
  const layout = context.layoutOf(b);
  invariant(a.format === "f32" && c.format === "f32", "only B of a matmul may be packed");
  const shape: MatmulShape = {
    ...attrs,
    accumulate: accumulates(c, attrs.accumulate),
    layout,
  };
  return matmulLaunch<Tensor>(shape, [a, b, c, ...optional], context.tuning);
};

/**
 * The kernel for a shape: `reg` or `shared` when the lengths along memory are multiples of 4, else one
 * value at a time. Bindings: A, B, C, bias?, residual?.
 */
export function matmulLaunch<Storage>(
  shape: MatmulShape,
  bindings: readonly Storage[],
  tuning: Tuning,
): KernelLaunch<Storage> {
  const { M, N, K, transA, transB, layout } = shape;
  const vec4 = !(transA && transB) && allVec4(...(transA ? [M] : [K]), ...(transB ? [K] : [N]), N);
  const tile = vec4 ? chooseKernel(shape, tuning) : scalarSource(shape);
  const tilesN = Math.ceil(N / tile.columns);
  return {
    kind: "matmul",
    source: tile.source,
    bindings,
    uniforms: [
      M,
      N,
      K,
      tilesN,
      layout.rowLength / (vec4 ? 4 : 1),
      layout.scaleAt,
      layout.scaleStride,
      { f32: shape.alpha },
    ],
    workgroups: tilesN * Math.ceil(M / tile.rows),
    cost: 2 * M * N * K * (vec4 ? 1 : 4),
  };
}

/** Below this many 8×8 blocks a GPU has too few threads to hide its latencies. */
const FEW_BLOCKS = 4096;

/**
 * Software adapters spend most of a matmul loading, lane by lane, so large products take blocks as
 * large as compile within a second: 1.3–1.5 times as fast as 8×8 there. Few threads a group, so that
 * little hangs over the edges.
 */
const LARGE_FLOPS = 32e6;
const LARGE_GROUP = { groupColumns: 2, groupRows: 8 } as const;

function chooseKernel(shape: MatmulShape, tuning: Tuning) {
  const { M, N, K, transA, layout } = shape;
  const narrow = M <= 16 || N <= 16;
  if (tuning.matmul === "shared" && !narrow) return sharedSource(shape);
  const large = 2 * M * N * K >= LARGE_FLOPS && layout.format === "f32";
  if (tuning.software && large && !narrow) {
    const threadRows = transA ? 8 : 16;
    return registerSource(shape, { threadRows, threadColumns: 16, ...LARGE_GROUP });
  }
  const few = !tuning.software && (M / 8) * (N / 8) < FEW_BLOCKS;
  const threadColumns = few || N <= 4 ? 4 : 8;
  const most = few ? 4 : 8;
  const threadRows = shape.transA ? most : Math.min(most, powerOfTwo(M));
  const acrossN = Math.min(8, powerOfTwo(Math.ceil(N / threadColumns)));
  const acrossM = Math.min(8, powerOfTwo(Math.ceil(M / threadRows)));
  // A narrow matrix gives its idle threads to the other side.
  const groupColumns = acrossM < 8 ? 64 / acrossM : acrossN;
  return registerSource(shape, {
    threadRows,
    threadColumns,
    groupColumns: Math.min(64, groupColumns),
    groupRows: 64 / Math.min(64, groupColumns),
  });
}

function powerOfTwo(value: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, value)));
}
