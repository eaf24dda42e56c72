// db[c] (+)= Σ_rows dy[row, c]. COLUMNS vectors × SLICES row slices per workgroup, one barrier.
struct Params { base: u32, count: u32, rows: u32, rowVectors: u32 }
@group(0) @binding(0) var<storage, read> dy: array<V>;
@group(0) @binding(1) var<storage, read_write> db: array<V>;
@group(0) @binding(2) var<uniform> p: Params;
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
      sum += dy[row * p.rowVectors + column];
    }
  }
  partial[local.y * COLUMNS + local.x] = sum;
  workgroupBarrier();
  if (local.y > 0u || column >= p.rowVectors) { return; }
  for (var slice = 1u; slice < SLICES; slice++) {
    sum += partial[slice * COLUMNS + local.x];
  }
  if (ACCUMULATE) { sum += db[column]; }
  db[column] = sum;
}
