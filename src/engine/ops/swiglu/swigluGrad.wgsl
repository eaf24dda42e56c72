// gate and up become their gradients: with s = sigmoid(gate),
// dGate = dy · up · s · (1 + gate · (1 − s)), dUp = dy · gate · s. One vector per thread.
struct Params { base: u32, count: u32, vectors: u32 }
@group(0) @binding(0) var<storage, read> dy: array<V>;
@group(0) @binding(1) var<storage, read_write> gate: array<V>;
@group(0) @binding(2) var<storage, read_write> up: array<V>;
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) size: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = workgroupIndex(wid, size) * 64u + local;
  if (i >= p.vectors) { return; }
  let g = gate[i];
  let u = up[i];
  let d = dy[i];
  let s = V(1.0) / (V(1.0) + exp(-g));
  gate[i] = d * u * s * (V(1.0) + g * (V(1.0) - s));
  up[i] = d * g * s;
}
