// dx (+)= r · (dy · g) − x · r³ · mean(dy · g · x), r = invRms. A workgroup of THREADS per row, one barrier.
struct Params { base: u32, count: u32, rowVectors: u32 }
@group(0) @binding(0) var<storage, read> dy: array<V>;
@group(0) @binding(1) var<storage, read> x: array<V>;
@group(0) @binding(2) var<storage, read> g: array<V>;
@group(0) @binding(3) var<storage, read> invRms: array<f32>;
@group(0) @binding(4) var<storage, read_write> dx: array<V>;
@group(0) @binding(5) var<uniform> p: Params;
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
  var sum = 0.0;
  for (var i = local; i < p.rowVectors; i += THREADS) {
    sum += dotV(dy[start + i] * g[i], x[start + i]);
  }
  partial[local] = sum;
  workgroupBarrier();
  var total = partial[0];
  for (var t = 1u; t < THREADS; t++) { total += partial[t]; }
  let r = invRms[row];
  let m = total * r * r * r / f32(p.rowVectors * LANES);
  for (var i = local; i < p.rowVectors; i += THREADS) {
    var value = dy[start + i] * g[i] * r - x[start + i] * m;
    if (ACCUMULATE) { value += dx[start + i]; }
    dx[start + i] = value;
  }
}
