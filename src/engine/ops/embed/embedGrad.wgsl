// dE[id] += Σ dx[row] over the rows where the id occurs (csr, see tape/ir.ts). One vector of one id per
// thread; no two threads write the same place, and rows are added in the order given.
struct Params { base: u32, count: u32, rowVectors: u32, columnGroups: u32 }
@group(0) @binding(0) var<storage, read> csr: array<i32>;
@group(0) @binding(1) var<storage, read> dx: array<V>;
@group(0) @binding(2) var<storage, read_write> dE: array<V>;
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) size: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let group = workgroupIndex(wid, size);
  if (group >= p.count) { return; }
  let used = u32(csr[0]);
  let entry = group / p.columnGroups;
  let column = (group % p.columnGroups) * THREADS + local;
  if (entry >= used || column >= p.rowVectors) { return; }
  let id = u32(csr[1u + entry]);
  let first = csr[1u + used + entry];
  let last = csr[2u + used + entry];
  var sum = V(0.0);
  for (var k = first; k < last; k++) {
    let row = u32(csr[2u + 2u * used + u32(k)]);
    sum += dx[row * p.rowVectors + column];
  }
  dE[id * p.rowVectors + column] += sum;
}
