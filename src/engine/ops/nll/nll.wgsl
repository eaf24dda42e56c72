// out[row] = (−log p(target), or 0 where the target is −1; logsumexp). A workgroup of THREADS per row,
// columns from `vocab` on are ignored.
struct Params { base: u32, count: u32, vocab: u32, rowVectors: u32 }
@group(0) @binding(0) var<storage, read> z: array<vec4f>;
@group(0) @binding(1) var<storage, read> targets: array<i32>;
@group(0) @binding(2) var<storage, read_write> result: array<vec2f>;
@group(0) @binding(3) var<uniform> p: Params;
var<workgroup> tops: array<f32, THREADS>;
var<workgroup> sums: array<f32, THREADS>;

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) size: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = workgroupIndex(wid, size);
  if (row >= p.count) { return; }
  let start = row * p.rowVectors;
  var top = LOWEST;
  for (var i = local; i < p.rowVectors; i += THREADS) {
    top = max(top, maxOf(masked(z[start + i], i)));
  }
  var sum = 0.0;
  for (var i = local; i < p.rowVectors; i += THREADS) {
    sum += sumV(exp(masked(z[start + i], i) - top));
  }
  tops[local] = top;
  sums[local] = sum;
  workgroupBarrier();
  if (local > 0u) { return; }
  for (var t = 1u; t < THREADS; t++) { top = max(top, tops[t]); }
  var total = 0.0;
  for (var t = 0u; t < THREADS; t++) {
    if (sums[t] != 0.0) { total += sums[t] * exp(tops[t] - top); }
  }
  let logSum = top + log(total);
  let target_ = targets[row];
  var loss = 0.0;
  if (target_ >= 0) { loss = logSum - z[start + u32(target_) / 4u][u32(target_) % 4u]; }
  result[row] = vec2f(loss, logSum);
}
