import type { Lower, OpOf } from "../../webgpu/launch.ts";
import { allVec4 } from "../../webgpu/launch.ts";
import { kernelSource } from "../../webgpu/prelude.ts";
import rope from "./rope.wgsl?raw";

/** Parts of the interleaved table: two vectors hold the cosines and sines of one vector of pairs. */
const VEC4_TABLE = `
fn cosOf(a: vec4f, b: vec4f) -> vec4f { return vec4f(a.x, a.z, b.x, b.z); }
fn sinOf(a: vec4f, b: vec4f) -> vec4f { return vec4f(a.y, a.w, b.y, b.w); }
`;
const SCALAR_TABLE = `
fn cosOf(a: f32, b: f32) -> f32 { return a; }
fn sinOf(a: f32, b: f32) -> f32 { return b; }
`;

/** Rotary embedding of x [R, heads·headDim] in place. */
export const lowerRope: Lower<OpOf<"rope">> = ({ attrs, reads, writes }) => {
  const half = attrs.headDim / 2;
  const vec4 = allVec4(half);
  const halfVectors = half / (vec4 ? 4 : 1);
  const vectors = attrs.rows * attrs.heads * halfVectors;
  return {
    kind: "rope",
    source: kernelSource(rope + (vec4 ? VEC4_TABLE : SCALAR_TABLE), vec4),
    bindings: [writes[0], reads[1]],
    uniforms: [vectors, attrs.heads, halfVectors, attrs.seq, { f32: attrs.direction }],
    workgroups: Math.ceil(vectors / 64),
    cost: vectors * (vec4 ? 48 : 12),
  };
};
