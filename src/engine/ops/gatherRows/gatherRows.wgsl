// y[n] = x[index[n]], zero where the index is −1. One vector per thread.
struct Params { base: u32, count: u32, vectors: u32, rowVectors: u32 }
@group(0) @binding(0) var<storage, read> x: array<V>;
@group(0) @binding(1) var<storage, read> rows: array<i32>;
@group(0) @binding(2) var<storage, read_write> y: array<V>;
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) size: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = workgroupIndex(wid, size) * 64u + local;
  if (i >= p.vectors) { return; }
  let source = rows[i / p.rowVectors];
  if (source < 0) {
    y[i] = V(0.0);
  } else {
    y[i] = x[u32(source) * p.rowVectors + i % p.rowVectors];
  }
}
