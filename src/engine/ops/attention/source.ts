import { kernelSource } from "../../webgpu/prelude.ts";

/** Threads of a workgroup; each holds one query (or one key) in registers. */
export const ATTENTION_THREADS = 64;

/*
 * Causal attention without scratch memory, after FlashAttention (Dao et al., 2022): scores are made
 * again wherever they are needed. Registers are spelt out per head vector, since arrays indexed in a
 * loop end up in memory on several compilers.
 */

function each(count: number, line: (z: number) => string): string {
  return Array.from({ length: count }, (_, z) => line(z)).join("\n    ");
}

/** Σ_z dot(a_z, b_z) as an expression. */
function dotAll(count: number, a: (z: number) => string, b: (z: number) => string): string {
  return Array.from({ length: count }, (_, z) => `dotV(${a(z)}, ${b(z)})`).join(" + ");
}

const PARAMS = `
struct Params {
  base: u32, count: u32,
  seq: u32, heads: u32, kvHeads: u32, blocks: u32, scale: f32,
}
`;

/** `pair` is batch · heads + head (or kv head), `i` the position. */
function main(heads: string, body: string): string {
  return `
@compute @workgroup_size(${ATTENTION_THREADS})
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) size: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let group = workgroupIndex(wid, size);
  if (group >= p.count) { return; }
  let pair = group / p.blocks;
  let i = (group % p.blocks) * ${ATTENTION_THREADS}u + local;
  if (i >= p.seq) { return; }
  let first = (pair / ${heads}) * p.seq; // row of position 0
  let head = pair % ${heads};
  let sharing = p.heads / p.kvHeads;
${body}
}
`;
}

/** o and lse; a thread per query with an online softmax over its keys. */
export function attentionSource(headDim: number): string {
  const vec4 = headDim % 4 === 0;
  const n = headDim / (vec4 ? 4 : 1);
  const body = `${PARAMS}
@group(0) @binding(0) var<storage, read> q: array<V>;
@group(0) @binding(1) var<storage, read> k: array<V>;
@group(0) @binding(2) var<storage, read> v: array<V>;
@group(0) @binding(3) var<storage, read_write> o: array<V>;
@group(0) @binding(4) var<storage, read_write> lse: array<f32>;
@group(0) @binding(5) var<uniform> p: Params;
${main(
  "p.heads",
  `
  let qAt = ((first + i) * p.heads + head) * ${n}u;
  let kStep = p.kvHeads * ${n}u;
  var kAt = (first * p.kvHeads + head / sharing) * ${n}u;
  ${each(n, (z) => `let q${z} = q[qAt + ${z}u] * p.scale; var a${z} = V(0.0);`)}
  var top = -1e30;
  var sum = 0.0;
  for (var j = 0u; j <= i; j++) {
    let s = ${dotAll(
      n,
      (z) => `q${z}`,
      (z) => `k[kAt + ${z}u]`,
    )};
    let newTop = max(top, s);
    let keep = exp(top - newTop);
    let e = exp(s - newTop);
    sum = sum * keep + e;
    top = newTop;
    ${each(n, (z) => `a${z} = a${z} * keep + e * v[kAt + ${z}u];`)}
    kAt += kStep;
  }
  ${each(n, (z) => `o[qAt + ${z}u] = a${z} / sum;`)}
  lse[pair * p.seq + i] = top + log(sum);`,
)}`;
  return kernelSource(body, vec4);
}

/** dq and delta = dO · o; a thread per query. */
export function attentionGradQSource(headDim: number): string {
  const vec4 = headDim % 4 === 0;
  const n = headDim / (vec4 ? 4 : 1);
  const body = `${PARAMS}
@group(0) @binding(0) var<storage, read> q: array<V>;
@group(0) @binding(1) var<storage, read> k: array<V>;
@group(0) @binding(2) var<storage, read> v: array<V>;
@group(0) @binding(3) var<storage, read> o: array<V>;
@group(0) @binding(4) var<storage, read> lse: array<f32>;
@group(0) @binding(5) var<storage, read> dO: array<V>;
@group(0) @binding(6) var<storage, read_write> dq: array<V>;
@group(0) @binding(7) var<storage, read_write> delta: array<f32>;
@group(0) @binding(8) var<uniform> p: Params;
${main(
  "p.heads",
  `
  let qAt = ((first + i) * p.heads + head) * ${n}u;
  let kStep = p.kvHeads * ${n}u;
  var kAt = (first * p.kvHeads + head / sharing) * ${n}u;
  ${each(n, (z) => `let q${z} = q[qAt + ${z}u] * p.scale; let d${z} = dO[qAt + ${z}u]; var a${z} = V(0.0);`)}
  let dlt = ${dotAll(
    n,
    (z) => `d${z}`,
    (z) => `o[qAt + ${z}u]`,
  )};
  delta[pair * p.seq + i] = dlt;
  let norm = lse[pair * p.seq + i];
  for (var j = 0u; j <= i; j++) {
    ${each(n, (z) => `let k${z} = k[kAt + ${z}u];`)}
    let s = ${dotAll(
      n,
      (z) => `q${z}`,
      (z) => `k${z}`,
    )};
    let dp = ${dotAll(
      n,
      (z) => `d${z}`,
      (z) => `v[kAt + ${z}u]`,
    )};
    let ds = exp(s - norm) * (dp - dlt) * p.scale;
    ${each(n, (z) => `a${z} += ds * k${z};`)}
    kAt += kStep;
  }
  ${each(n, (z) => `dq[qAt + ${z}u] = a${z};`)}`,
)}`;
  return kernelSource(body, vec4);
}

/** dk and dv; a thread per key, over the queries of every head that shares it. */
export function attentionGradKVSource(headDim: number): string {
  const vec4 = headDim % 4 === 0;
  const n = headDim / (vec4 ? 4 : 1);
  const body = `${PARAMS}
@group(0) @binding(0) var<storage, read> q: array<V>;
@group(0) @binding(1) var<storage, read> k: array<V>;
@group(0) @binding(2) var<storage, read> v: array<V>;
@group(0) @binding(3) var<storage, read> lse: array<f32>;
@group(0) @binding(4) var<storage, read> dO: array<V>;
@group(0) @binding(5) var<storage, read> delta: array<f32>;
@group(0) @binding(6) var<storage, read_write> dk: array<V>;
@group(0) @binding(7) var<storage, read_write> dv: array<V>;
@group(0) @binding(8) var<uniform> p: Params;
${main(
  "p.kvHeads",
  `
  let kAt = ((first + i) * p.kvHeads + head) * ${n}u;
  let qStep = p.heads * ${n}u;
  let batchHead = (pair / p.kvHeads) * p.heads;
  ${each(n, (z) => `let k${z} = k[kAt + ${z}u] * p.scale; let v${z} = v[kAt + ${z}u]; var x${z} = V(0.0); var y${z} = V(0.0);`)}
  for (var h = head * sharing; h < (head + 1u) * sharing; h++) {
    var qAt = ((first + i) * p.heads + h) * ${n}u;
    let rowAt = (batchHead + h) * p.seq;
    for (var j = i; j < p.seq; j++) {
      ${each(n, (z) => `let q${z} = q[qAt + ${z}u]; let d${z} = dO[qAt + ${z}u];`)}
      let s = ${dotAll(
        n,
        (z) => `k${z}`,
        (z) => `q${z}`,
      )};
      let dp = ${dotAll(
        n,
        (z) => `v${z}`,
        (z) => `d${z}`,
      )};
      let e = exp(s - lse[rowAt + j]);
      let ds = e * (dp - delta[rowAt + j]) * p.scale;
      ${each(n, (z) => `x${z} += ds * q${z}; y${z} += e * d${z};`)}
      qAt += qStep;
    }
  }
  ${each(n, (z) => `dk[kAt + ${z}u] = x${z}; dv[kAt + ${z}u] = y${z};`)}`,
)}`;
  return kernelSource(body, vec4);
}
