// x[r] = E[tokens[r]], one vector per thread; E in any weight format.
struct Params {
  base: u32, count: u32,
  vectors: u32, rowVectors: u32, strideE: u32, scaleAt: u32, scaleStride: u32,
}
@group(0) @binding(0) var<storage, read> E: array<STORED>;
@group(0) @binding(1) var<storage, read> tokens: array<i32>;
@group(0) @binding(2) var<storage, read_write> x: array<V>;
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) size: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = workgroupIndex(wid, size) * 64u + local;
  if (i >= p.vectors) { return; }
  let token = u32(tokens[i / p.rowVectors]);
  let column = i % p.rowVectors;
  x[i] = loadE(token * p.strideE + column, p.scaleAt + token * p.scaleStride + column * LANES / 32u);
}
