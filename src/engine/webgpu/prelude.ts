/** Index of this workgroup in the whole launch; see KernelLaunch. Uniform across the workgroup. */
const INDEX = `
fn workgroupIndex(id: vec3u, size: vec3u) -> u32 {
  return p.base + id.x + id.y * size.x;
}
`;

const VEC4 = `
alias V = vec4f;
const LANES = 4u;
fn dotV(a: vec4f, b: vec4f) -> f32 { return dot(a, b); }
fn sumV(a: vec4f) -> f32 { return (a.x + a.y) + (a.z + a.w); }
`;

const SCALAR = `
alias V = f32;
const LANES = 1u;
fn dotV(a: f32, b: f32) -> f32 { return a * b; }
fn sumV(a: f32) -> f32 { return a; }
`;

/**
 * Completes a kernel file: `V` is vec4f or f32 with `LANES`, `dotV`, `sumV`; further constants
 * become u32 (or bool) consts.
 */
export function kernelSource(
  body: string,
  vec4: boolean,
  constants: Readonly<Record<string, number | boolean>> = {},
): string {
  const lines = Object.entries(constants).map(([name, value]) =>
    typeof value === "boolean" ? `const ${name} = ${value};` : `const ${name} = ${value}u;`,
  );
  return [...lines, vec4 ? VEC4 : SCALAR, INDEX, body].join("\n");
}

/** WGSL functions that read a weight; `S` is the binding's element type. */
export interface WeightLoader {
  /** Element type of the binding. */
  readonly element: string;
  /** Expression for the value(s) at `index` (in vectors or scalars); `scale` indexes the words. */
  readonly read: (binding: string, index: string, scale: string) => string;
  readonly usesScale: boolean;
}

/** Readers of four consecutive values. */
export const LOAD_VEC4: Readonly<Record<"f32" | "bf16" | "q8", WeightLoader>> = {
  f32: { element: "vec4f", usesScale: false, read: (b, i) => `${b}[${i}]` },
  bf16: { element: "vec2u", usesScale: false, read: (b, i) => `unpackBf16(${b}[${i}])` },
  q8: {
    element: "u32",
    usesScale: true,
    read: (b, i, s) => `unpackQ8(${b}[${i}], bitcast<f32>(${b}[${s}]))`,
  },
};

/** Readers of one value. */
export const LOAD_SCALAR: Readonly<Record<"f32" | "bf16" | "q8", WeightLoader>> = {
  f32: { element: "f32", usesScale: false, read: (b, i) => `${b}[${i}]` },
  bf16: {
    element: "u32",
    usesScale: false,
    read: (b, i) => `pickBf16(${b}[(${i}) >> 1u], ${i})`,
  },
  q8: {
    element: "u32",
    usesScale: true,
    read: (b, i, s) => `pickQ8(${b}[(${i}) >> 2u], ${i}, bitcast<f32>(${b}[${s}]))`,
  },
};

/** bf16 pairs lie low half first; q8 quadruples lowest byte first, two's complement. */
export const UNPACK = `
fn unpackBf16(w: vec2u) -> vec4f {
  return bitcast<vec4f>(vec4u(w.x << 16u, w.x & 0xffff0000u, w.y << 16u, w.y & 0xffff0000u));
}
fn pickBf16(w: u32, index: u32) -> f32 {
  return bitcast<f32>(select(w << 16u, w & 0xffff0000u, (index & 1u) == 1u));
}
fn unpackQ8(w: u32, scale: f32) -> vec4f {
  return scale * vec4f(bitcast<vec4i>(vec4u(w) << vec4u(24u, 16u, 8u, 0u)) >> vec4u(24u));
}
fn pickQ8(w: u32, index: u32, scale: f32) -> f32 {
  return scale * f32(bitcast<i32>(w << (24u - 8u * (index & 3u))) >> 24u);
}
`;
