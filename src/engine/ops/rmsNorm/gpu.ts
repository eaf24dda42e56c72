import type { Lower, OpOf } from "../../webgpu/launch.ts";
import { accumulates, allVec4 } from "../../webgpu/launch.ts";
import { kernelSource } from "../../webgpu/prelude.ts";
import rmsNorm from "./rmsNorm.wgsl?raw";
import rmsNormGradG from "./rmsNormGradG.wgsl?raw";
import rmsNormGradX from "./rmsNormGradX.wgsl?raw";

const COLUMNS = 8;

/** y [rows,dim] = x · invRms · g, and invRms [rows]. */
export const lowerRmsNorm: Lower<OpOf<"rmsNorm">> = ({ attrs, reads, writes }, { tuning }) => {
  const vec4 = allVec4(attrs.dim);
  return {
    kind: "rmsNorm",
    source: kernelSource(rmsNorm, vec4, { THREADS: tuning.rowThreads }),
    bindings: [reads[0], reads[1], writes[0], writes[1]],
    uniforms: [attrs.dim / (vec4 ? 4 : 1), { f32: attrs.eps }],
    workgroups: attrs.rows,
    cost: attrs.rows * (attrs.dim * 6 + 2000),
  };
};

/** dx [rows,dim] (+)= gradient of rmsNorm. */
export const lowerRmsNormGradX: Lower<OpOf<"rmsNormGradX">> = (op, { tuning }) => {
  const { attrs, reads, writes } = op;
  const vec4 = allVec4(attrs.dim);
  return {
    kind: "rmsNormGradX",
    source: kernelSource(rmsNormGradX, vec4, {
      THREADS: tuning.rowThreads,
      ACCUMULATE: accumulates(writes[0], attrs.accumulate),
    }),
    bindings: [reads[0], reads[1], reads[2], reads[3], writes[0]],
    uniforms: [attrs.dim / (vec4 ? 4 : 1)],
    workgroups: attrs.rows,
    cost: attrs.rows * (attrs.dim * 8 + 2000),
  };
};

/** dg [dim] (+)= gradient of rmsNorm's gain. */
export const lowerRmsNormGradG: Lower<OpOf<"rmsNormGradG">> = (op, { tuning }) => {
  const { attrs, reads, writes } = op;
  const vec4 = allVec4(attrs.dim);
  const rowVectors = attrs.dim / (vec4 ? 4 : 1);
  return {
    kind: "rmsNormGradG",
    source: kernelSource(rmsNormGradG, vec4, {
      COLUMNS,
      SLICES: tuning.columnSlices,
      ACCUMULATE: accumulates(writes[0]),
    }),
    bindings: [reads[0], reads[1], reads[2], writes[0]],
    uniforms: [attrs.rows, rowVectors],
    workgroups: Math.ceil(rowVectors / COLUMNS),
    cost: attrs.rows * attrs.dim * 4,
  };
};
