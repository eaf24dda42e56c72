import type { Lower, OpOf } from "../../webgpu/launch.ts";
import { accumulates, allVec4 } from "../../webgpu/launch.ts";
import { kernelSource } from "../../webgpu/prelude.ts";
import biasGrad from "./biasGrad.wgsl?raw";

const COLUMNS = 8;

/** db [N] (+)= column sums of dy [R,N]. */
export const lowerBiasGrad: Lower<OpOf<"biasGrad">> = ({ attrs, reads, writes }, { tuning }) => {
  const vec4 = allVec4(attrs.dim);
  const rowVectors = attrs.dim / (vec4 ? 4 : 1);
  return {
    kind: "biasGrad",
    source: kernelSource(biasGrad, vec4, {
      COLUMNS,
      SLICES: tuning.columnSlices,
      ACCUMULATE: accumulates(writes[0]),
    }),
    bindings: [reads[0], writes[0]],
    uniforms: [attrs.rows, rowVectors],
    workgroups: Math.ceil(rowVectors / COLUMNS),
    cost: attrs.rows * attrs.dim * 2,
  };
};
