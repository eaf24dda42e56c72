import type { MatmulAttrs } from "../../tape/ir.ts";
import type { WeightLayout } from "../../webgpu/launch.ts";

/** Everything a matmul kernel is specialised for; lengths reach it as uniforms. */
export interface MatmulShape extends MatmulAttrs {
  readonly layout: WeightLayout;
}

/** A kernel and the block of C that one workgroup makes. */
export interface MatmulKernel {
  readonly source: string;
  readonly rows: number;
  readonly columns: number;
}

/** Declarations of all variants. `a`, `b`, `c`: element types of the bindings. */
export function matmulHeader(shape: MatmulShape, a: string, b: string, c: string): string {
  const bindings = [
    `var<storage, read> A: array<${a}>`,
    `var<storage, read> B: array<${b}>`,
    `var<storage, read_write> C: array<${c}>`,
  ];
  if (shape.hasBias) bindings.push(`var<storage, read> bias: array<${c}>`);
  if (shape.hasResidual) bindings.push(`var<storage, read> residual: array<${c}>`);
  bindings.push("var<uniform> p: Params");
  return `
struct Params {
  base: u32, count: u32,
  M: u32, N: u32, K: u32, tilesN: u32, strideB: u32, scaleAt: u32, scaleStride: u32, alpha: f32,
}
${bindings.map((binding, i) => `@group(0) @binding(${i}) ${binding};`).join("\n")}
`;
}

/** The entry point; `tile` is the workgroup's block of C and `local` the thread in it. */
export function matmulMain(groupColumns: number, groupRows: number, body: string): string {
  return `
@compute @workgroup_size(${groupColumns}, ${groupRows})
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(num_workgroups) size: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let tile = workgroupIndex(wid, size);
  if (tile >= p.count) { return; }
  let tileRow = tile / p.tilesN;
  let tileColumn = tile % p.tilesN;
${body}
}
`;
}

/** The statement that finishes one element (or vector) of C: `at` indexes C, `column` the bias. */
export function finish(shape: MatmulShape, at: string, column: string, sum: string): string {
  const terms = [shape.alpha === 1 ? sum : `p.alpha * ${sum}`];
  if (shape.hasBias) terms.push(`bias[${column}]`);
  if (shape.hasResidual) terms.push(`residual[${at}]`);
  if (shape.accumulate) terms.push(`C[${at}]`);
  return `C[${at}] = ${terms.join(" + ")};`;
}

/** Lines for 0..count−1. */
export function lines(count: number, line: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => line(i)).join("\n");
}
