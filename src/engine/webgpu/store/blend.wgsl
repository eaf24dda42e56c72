// w ← keep · w + add · other, one vector of the arena per thread: plain gradient descent (other = g,
// keep = 1, add = −learning rate) and averaging with the original (keep = 1 − λ, add = λ).
struct Params { base: u32, count: u32, vectors: u32, keep: f32, add: f32 }
@group(0) @binding(0) var<storage, read_write> w: array<vec4f>;
@group(0) @binding(1) var<storage, read> other: array<vec4f>;
@group(0) @binding(2) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) size: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = workgroupIndex(wid, size) * 64u + local;
  if (i >= p.vectors) { return; }
  w[i] = p.keep * w[i] + p.add * other[i];
}
