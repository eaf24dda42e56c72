// Rounds a matrix in place to what symmetric int4 would hold: blocks of 32 along the row, scale =
// max|x| / 7, integers in [−7, 7], halves away from zero. One block per thread.
struct Params { base: u32, count: u32, blocks: u32, columns: u32, blocksPerRow: u32 }
@group(0) @binding(0) var<storage, read_write> w: array<f32>;
@group(0) @binding(1) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) size: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let block = workgroupIndex(wid, size) * 64u + local;
  if (block >= p.blocks) { return; }
  let row = block / p.blocksPerRow;
  let first = (block % p.blocksPerRow) * 32u;
  let last = min(first + 32u, p.columns);
  var largest = 0.0;
  for (var c = first; c < last; c++) { largest = max(largest, abs(w[row * p.columns + c])); }
  let scale = largest / 7.0;
  if (scale == 0.0) { return; }
  for (var c = first; c < last; c++) {
    let i = row * p.columns + c;
    let steps = min(floor(abs(w[i]) / scale + 0.5), 7.0);
    w[i] = sign(w[i]) * steps * scale;
  }
}
