// A row of logits becomes weight · dloss/dz (see tape/ir.ts for the kinds). A workgroup of THREADS per
// row; `kind` is the same for all of them, so barriers may stand inside its branches.
struct Params { base: u32, count: u32, vocab: u32, rowVectors: u32 }
@group(0) @binding(0) var<storage, read_write> z: array<vec4f>;
@group(0) @binding(1) var<storage, read> ids: array<i32>;
@group(0) @binding(2) var<storage, read> values: array<f32>;
@group(0) @binding(3) var<storage, read_write> loss: array<f32>;
@group(0) @binding(4) var<uniform> p: Params;
var<workgroup> tops: array<f32, THREADS>;
var<workgroup> sums: array<f32, THREADS>;
var<workgroup> saved: array<f32, WIDTH>;

const HEADER = 4u;
// Keeps log(p_rest) finite when the listed tokens hold all the probability.
const LEAST_MASS = 1.2e-38;

struct Row { start: u32, spec: u32, local: u32 }

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) size: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let index = workgroupIndex(wid, size);
  if (index >= p.count) { return; }
  let row = Row(index * p.rowVectors, index * (WIDTH + HEADER), local);
  let kind = ids[index * (WIDTH + HEADER)]; // not through `row`, which differs between threads
  var value = 0.0;
  if (kind == 0) {
    value = targetRow(row);
  } else if (kind == 1) {
    value = choiceRow(row);
  } else if (kind == 2) {
    value = distilRow(row);
  } else {
    zeroRow(row);
  }
  if (local == 0u) { loss[index] = value; }
}

fn zeroRow(row: Row) {
  for (var i = row.local; i < p.rowVectors; i += THREADS) { z[row.start + i] = vec4f(); }
}

fn logitOf(row: Row, j: u32) -> f32 {
  let id = u32(ids[row.spec + HEADER + j]);
  return z[row.start + id / 4u][id % 4u];
}

fn setLogit(row: Row, j: u32, value: f32) {
  let id = u32(ids[row.spec + HEADER + j]);
  z[row.start + id / 4u][id % 4u] = value;
}

// Leaves every thread's maximum in `tops`.
fn collectTop(row: Row) {
  var top = LOWEST;
  for (var i = row.local; i < p.rowVectors; i += THREADS) {
    top = max(top, maxOf(masked(z[row.start + i], i)));
  }
  tops[row.local] = top;
}

// Leaves every thread's Σ exp(z − top) in `sums`.
fn collectSum(row: Row, top: f32) {
  var sum = 0.0;
  for (var i = row.local; i < p.rowVectors; i += THREADS) {
    sum += sumV(exp(masked(z[row.start + i], i) - top));
  }
  sums[row.local] = sum;
}

fn topOfAll() -> f32 {
  var top = tops[0];
  for (var t = 1u; t < THREADS; t++) { top = max(top, tops[t]); }
  return top;
}

fn sumOfAll() -> f32 {
  var sum = sums[0];
  for (var t = 1u; t < THREADS; t++) { sum += sums[t]; }
  return sum;
}

fn targetRow(row: Row) -> f32 {
  let weight = values[row.spec];
  let floorLoss = values[row.spec + 1u];
  collectTop(row);
  let zt = logitOf(row, 0u);
  workgroupBarrier();
  let top = topOfAll();
  collectSum(row, top);
  workgroupBarrier();
  let sum = sumOfAll();
  let value = top + log(sum) - zt;
  if (value <= floorLoss) {
    zeroRow(row);
    return value;
  }
  let id = u32(ids[row.spec + HEADER]);
  for (var i = row.local; i < p.rowVectors; i += THREADS) {
    var gradient = exp(masked(z[row.start + i], i) - top) * (weight / sum);
    if (i == id / 4u) { gradient[id % 4u] = weight * (exp(zt - top) / sum - 1.0); }
    z[row.start + i] = gradient;
  }
  return value;
}

// −log softmax over the candidates of z − base, plus the hinge on the raw logits.
fn choiceRow(row: Row) -> f32 {
  let listed = u32(ids[row.spec + 1u]);
  for (var j = row.local; j < listed; j += THREADS) { saved[j] = logitOf(row, j); }
  workgroupBarrier();
  zeroRow(row);
  storageBarrier();
  if (row.local > 0u) { return 0.0; }

  let weight = values[row.spec];
  let floorLoss = values[row.spec + 1u];
  let margin = values[row.spec + 2u];
  let response = u32(ids[row.spec + 2u]);
  let base = row.spec + HEADER;
  var top = saved[0] - values[base];
  var rival = WIDTH;
  for (var j = 0u; j < listed; j++) {
    top = max(top, saved[j] - values[base + j]);
    if (j == response) { continue; }
    if (rival == WIDTH) {
      rival = j;
    } else if (saved[j] > saved[rival]) {
      rival = j;
    }
  }
  var sum = 0.0;
  for (var j = 0u; j < listed; j++) { sum += exp(saved[j] - values[base + j] - top); }
  let logSum = top + log(sum);
  let likelihoodLoss = logSum - (saved[response] - values[base + response]);
  if (!(likelihoodLoss <= floorLoss)) {
    for (var j = 0u; j < listed; j++) {
      let share = exp(saved[j] - values[base + j] - logSum);
      setLogit(row, j, logitOf(row, j) + weight * share);
    }
    setLogit(row, response, logitOf(row, response) - weight);
  }
  var hinge = 0.0;
  if (rival < WIDTH) { hinge = max(0.0, margin - (saved[response] - saved[rival])); }
  if (hinge > 0.0) {
    setLogit(row, response, logitOf(row, response) - weight);
    setLogit(row, rival, logitOf(row, rival) + weight);
  }
  return likelihoodLoss + hinge;
}

// KL(base ‖ model) over the listed tokens and one bucket for all others. The listed logits are taken
// out before the others are summed, so that a small rest loses no digits.
fn distilRow(row: Row) -> f32 {
  let weight = values[row.spec];
  let listed = u32(ids[row.spec + 1u]);
  let base = row.spec + HEADER;
  collectTop(row);
  for (var j = row.local; j < listed; j += THREADS) { saved[j] = logitOf(row, j); }
  workgroupBarrier();
  let top = topOfAll();
  for (var j = row.local; j < listed; j += THREADS) { setLogit(row, j, LOWEST); }
  storageBarrier();
  collectSum(row, top);
  workgroupBarrier();
  let restMass = sumOfAll();
  var total = restMass;
  for (var j = 0u; j < listed; j++) { total += exp(saved[j] - top); }
  let logTotal = log(total);
  var value = 0.0;
  var listedShare = 0.0;
  for (var j = 0u; j < listed; j++) {
    let share = values[base + j];
    listedShare += share;
    if (share > 0.0) { value += share * (log(share) - (saved[j] - top - logTotal)); }
  }
  let restShare = max(0.0, 1.0 - listedShare);
  let guarded = max(restMass, LEAST_MASS);
  if (restShare > 0.0) { value += restShare * (log(restShare) - (log(guarded) - logTotal)); }
  let factor = weight * (1.0 / total - restShare / guarded);
  for (var i = row.local; i < p.rowVectors; i += THREADS) {
    z[row.start + i] = exp(masked(z[row.start + i], i) - top) * factor;
  }
  storageBarrier();
  for (var j = row.local; j < listed; j += THREADS) {
    setLogit(row, j, weight * (exp(saved[j] - top) / total - values[base + j]));
  }
  return value;
}
