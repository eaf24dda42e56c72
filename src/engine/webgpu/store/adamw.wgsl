// AdamW with decoupled weight decay (Loshchilov and Hutter, 2019), one vector of the arena per thread.
struct Params {
  base: u32, count: u32, vectors: u32,
  learningRate: f32, beta1: f32, beta2: f32, epsilon: f32, keep: f32, c1: f32, c2: f32, gradScale: f32,
}
@group(0) @binding(0) var<storage, read_write> w: array<vec4f>;
@group(0) @binding(1) var<storage, read> g: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> m: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> v: array<vec4f>;
@group(0) @binding(4) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) size: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = workgroupIndex(wid, size) * 64u + local;
  if (i >= p.vectors) { return; }
  let gradient = g[i] * p.gradScale;
  let mean = p.beta1 * m[i] + (1.0 - p.beta1) * gradient;
  let square = p.beta2 * v[i] + (1.0 - p.beta2) * gradient * gradient;
  m[i] = mean;
  v[i] = square;
  w[i] = w[i] * p.keep - p.learningRate * (mean * p.c1) / (sqrt(square * p.c2) + p.epsilon);
}
