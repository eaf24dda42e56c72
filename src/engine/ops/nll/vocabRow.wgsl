// Reading a row of logits in vectors: columns from `vocab` on count as lowest.
const LOWEST = -3.0e38;

fn masked(v: vec4f, i: u32) -> vec4f {
  if (4u * i + 3u < p.vocab) { return v; }
  return select(vec4f(LOWEST), v, vec4u(4u * i) + vec4u(0u, 1u, 2u, 3u) < vec4u(p.vocab));
}

fn maxOf(v: vec4f) -> f32 { return max(max(v.x, v.y), max(v.z, v.w)); }
