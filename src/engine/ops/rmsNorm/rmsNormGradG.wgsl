// dg[c] (+)= Σ_rows dy · x · invRms. COLUMNS vectors × SLICES row slices per workgroup, one barrier.
struct Params { base: u32, count: u32, rows: u32, rowVectors: u32 }
@group(0) @binding(0) var<storage, read> dy: array<V>;
@group(0) @binding(1) var<storage, read> x: array<V>;
@group(0) @binding(2) var<storage, read> invRms: array<f32>;
@group(0) @binding(3) var<storage, read_write> dg: array<V>;
@group(0) @binding(4) var<uniform> p: Params;
var<workgroup> partial: array<V, COLUMNS * SLICES>;

@compute @workgroup_size(COLUMNS, SLICES)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) size: vec3u,
  @builtin(local_invocation_id) local: vec3u,
) {
  let column = workgroupIndex(wid, size) * COLUMNS + local.x;
  var sum = V(0.0);
  if (column < p.rowVectors) {
    for (var row = local.y; row < p.rows; row += SLICES) {
      let i = row * p.rowVectors + column;
      sum += dy[i] * x[i] * invRms[row];
    }
  }
  partial[local.y * COLUMNS + local.x] = sum;
  workgroupBarrier();
  if (local.y > 0u || column >= p.rowVectors) { return; }
  for (var slice = 1u; slice < SLICES; slice++) {
    sum += partial[slice * COLUMNS + local.x];
  }
  if (ACCUMULATE) { sum += dg[column]; }
  dg[column] = sum;
}
