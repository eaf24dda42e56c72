import type { Lower, OpOf } from "../../webgpu/launch.ts";
import { allVec4 } from "../../webgpu/launch.ts";
import { kernelSource } from "../../webgpu/prelude.ts";
import swiglu from "./swiglu.wgsl?raw";
import swigluGrad from "./swigluGrad.wgsl?raw";

/** y [R,F] = silu(gate) · up. */
export const lowerSwiglu: Lower<OpOf<"swiglu">> = ({ attrs, reads, writes }) => {
  const vec4 = allVec4(attrs.count);
  const vectors = attrs.count / (vec4 ? 4 : 1);
  return {
    kind: "swiglu",
    source: kernelSource(swiglu, vec4),
    bindings: [reads[0], reads[1], writes[0]],
    uniforms: [vectors],
    workgroups: Math.ceil(vectors / 64),
    cost: attrs.count * 16,
  };
};

/** gate and up [R,F] become their gradients. */
export const lowerSwigluGrad: Lower<OpOf<"swigluGrad">> = ({ attrs, reads, writes }) => {
  const vec4 = allVec4(attrs.count);
  const vectors = attrs.count / (vec4 ? 4 : 1);
  return {
    kind: "swigluGrad",
    source: kernelSource(swigluGrad, vec4),
    bindings: [reads[0], writes[0], writes[1]],
    uniforms: [vectors],
    workgroups: Math.ceil(vectors / 64),
    cost: attrs.count * 24,
  };
};
