import type { Lower, OpOf } from "../../webgpu/launch.ts";
import { allVec4 } from "../../webgpu/launch.ts";
import { kernelSource, LOAD_SCALAR, LOAD_VEC4, UNPACK } from "../../webgpu/prelude.ts";
import embed from "./embed.wgsl?raw";
import embedGrad from "./embedGrad.wgsl?raw";

/** x [R,D] = rows of E [V,D] in any weight format. */
export const lowerEmbed: Lower<OpOf<"embed">> = ({ attrs, reads, writes }, context) => {
  const vec4 = allVec4(attrs.dim);
  const layout = context.layoutOf(reads[0]);
  const loader = (vec4 ? LOAD_VEC4 : LOAD_SCALAR)[layout.format];
  const rowVectors = attrs.dim / (vec4 ? 4 : 1);
  const vectors = attrs.rows * rowVectors;
  const load = `
alias STORED = ${loader.element};
fn loadE(index: u32, scale: u32) -> V { return ${loader.read("E", "index", "scale")}; }
`;
  return {
    kind: "embed",
    source: kernelSource(UNPACK + load + embed, vec4),
    bindings: [reads[0], reads[1], writes[0]],
    uniforms: [
      vectors,
      rowVectors,
      layout.rowLength / (vec4 ? 4 : 1),
      layout.scaleAt,
      layout.scaleStride,
    ],
    workgroups: Math.ceil(vectors / 64),
    cost: vectors * 8,
  };
};

/** dE [V,D] += rows of dx scattered through a csr. */
export const lowerEmbedGrad: Lower<OpOf<"embedGrad">> = ({ attrs, reads, writes }) => {
  const vec4 = allVec4(attrs.dim);
  const rowVectors = attrs.dim / (vec4 ? 4 : 1);
  const threads = rowVectors <= 16 ? 16 : 64;
  const columnGroups = Math.ceil(rowVectors / threads);
  return {
    kind: "embedGrad",
    source: kernelSource(embedGrad, vec4, { THREADS: threads }),
    bindings: [reads[0], reads[1], writes[0]],
    uniforms: [rowVectors, columnGroups],
    workgroups: attrs.rows * columnGroups,
    cost: attrs.rows * attrs.dim * 4,
  };
};
