import type { Lower, OpOf } from "../../webgpu/launch.ts";
import { allVec4 } from "../../webgpu/launch.ts";
import { kernelSource } from "../../webgpu/prelude.ts";
import gatherRows from "./gatherRows.wgsl?raw";

/** y [n,D] = rows of x, zero where the index is −1. */
export const lowerGatherRows: Lower<OpOf<"gatherRows">> = ({ attrs, reads, writes }) => {
  const vec4 = allVec4(attrs.dim);
  const rowVectors = attrs.dim / (vec4 ? 4 : 1);
  const vectors = attrs.rowsOut * rowVectors;
  return {
    kind: "gatherRows",
    source: kernelSource(gatherRows, vec4),
    bindings: [reads[0], reads[1], writes[0]],
    uniforms: [vectors, rowVectors],
    workgroups: Math.ceil(vectors / 64),
    cost: vectors * 4,
  };
};
