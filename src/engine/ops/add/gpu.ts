import type { OpOf } from "../../webgpu/launch.ts";
import type { Lower } from "../../webgpu/launch.ts";
import { allVec4 } from "../../webgpu/launch.ts";
import { kernelSource } from "../../webgpu/prelude.ts";
import add from "./add.wgsl?raw";

/** y += x. */
export const lowerAdd: Lower<OpOf<"add">> = ({ attrs, reads, writes }) => {
  const vec4 = allVec4(attrs.count);
  const vectors = attrs.count / (vec4 ? 4 : 1);
  return {
    kind: "add",
    source: kernelSource(add, vec4),
    bindings: [reads[0], writes[0]],
    uniforms: [vectors],
    workgroups: Math.ceil(vectors / 64),
    cost: attrs.count * 2,
  };
};
