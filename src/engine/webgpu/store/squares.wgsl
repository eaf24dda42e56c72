// partial[workgroup] = Σ g² over 64 · STEPS vectors; the host adds the partial sums in order.
struct Params { base: u32, count: u32, vectors: u32 }
@group(0) @binding(0) var<storage, read> g: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> partial: array<f32>;
@group(0) @binding(2) var<uniform> p: Params;
var<workgroup> sums: array<f32, 64>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) size: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let group = workgroupIndex(wid, size);
  if (group >= p.count) { return; }
  var sum = 0.0;
  for (var step = 0u; step < STEPS; step++) {
    let i = (group * STEPS + step) * 64u + local;
    if (i < p.vectors) { sum += dot(g[i], g[i]); }
  }
  sums[local] = sum;
  workgroupBarrier();
  if (local > 0u) { return; }
  for (var t = 1u; t < 64u; t++) { sum += sums[t]; }
  partial[group] = sum;
}
