// Rotates element j of every head with element j + headDim/2, in place, one vector of pairs per thread.
// cosSin holds (cos, sin) pairs [seq, headDim/2, 2]; `direction` −1 is the inverse rotation.
struct Params {
  base: u32, count: u32,
  vectors: u32, heads: u32, halfVectors: u32, seq: u32, direction: f32,
}
@group(0) @binding(0) var<storage, read_write> x: array<V>;
@group(0) @binding(1) var<storage, read> cosSin: array<V>;
@group(0) @binding(2) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) size: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = workgroupIndex(wid, size) * 64u + local;
  if (i >= p.vectors) { return; }
  let pair = i % p.halfVectors;
  let head = i / p.halfVectors; // row · heads + head
  let position = (head / p.heads) % p.seq;
  let at = 2u * (position * p.halfVectors + pair);
  let first = head * 2u * p.halfVectors + pair;
  let second = first + p.halfVectors;
  let c = cosOf(cosSin[at], cosSin[at + 1u]);
  let s = sinOf(cosSin[at], cosSin[at + 1u]) * p.direction;
  let a = x[first];
  let b = x[second];
  x[first] = a * c - b * s;
  x[second] = b * c + a * s;
}
