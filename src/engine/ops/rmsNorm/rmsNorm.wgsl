// y = x · invRms · g, invRms = 1/sqrt(mean(x²) + eps). A workgroup of THREADS per row, one barrier.
struct Params { base: u32, count: u32, rowVectors: u32, eps: f32 }
@group(0) @binding(0) var<storage, read> x: array<V>;
@group(0) @binding(1) var<storage, read> g: array<V>;
@group(0) @binding(2) var<storage, read_write> y: array<V>;
@group(0) @binding(3) var<storage, read_write> invRms: array<f32>;
@group(0) @binding(4) var<uniform> p: Params;
var<workgroup> partial: array<f32, THREADS>;

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) size: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = workgroupIndex(wid, size);
  if (row >= p.count) { return; }
  let start = row * p.rowVectors;
  var squares = 0.0;
  for (var i = local; i < p.rowVectors; i += THREADS) {
    let v = x[start + i];
    squares += dotV(v, v);
  }
  partial[local] = squares;
  workgroupBarrier();
  var total = partial[0];
  for (var t = 1u; t < THREADS; t++) { total += partial[t]; }
  let r = 1.0 / sqrt(total / f32(p.rowVectors * LANES) + p.eps);
  if (local == 0u) { invRms[row] = r; }
  for (var i = local; i < p.rowVectors; i += THREADS) {
    y[start + i] = x[start + i] * r * g[i];
  }
}
