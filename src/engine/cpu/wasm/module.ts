import { invariant } from "@/lib/invariant.ts";
import { define, f32x4 } from "./asm.ts";
import { V128, encodeModule, type FunctionSpec } from "./encoder.ts";
import { gemmKernel, type GemmShape } from "./gemmKernel.ts";
import { packKernel, packName, type PackFormat, type PackOrder } from "./packKernels.ts";

type PackFunction = (
  src: number,
  stride: number,
  count: number,
  depth: number,
  padded: number,
  dst: number,
  scales: number,
  scaleStride: number,
  column: number,
) => void;

type GemmFunction = (
  a: number,
  b: number,
  c: number,
  ldc: number,
  mb: number,
  nb: number,
  kb: number,
  alpha: number,
  accumulate: number,
  tile: number,
) => void;

/** The kernels of one memory. Addresses and strides are in bytes. */
export interface Kernels {
  readonly shape: GemmShape;
  gemm: GemmFunction;
  packA(format: PackFormat, order: PackOrder): PackFunction;
  packB(format: PackFormat, order: PackOrder): PackFunction;
}

const FORMATS: readonly PackFormat[] = ["f32", "bf16", "q8"];
const ORDERS: readonly PackOrder[] = ["depth", "panel"];

/** True where f32x4.relaxed_madd exists (relaxed SIMD: Chrome 114, Firefox 145, Node 22). */
export function hasRelaxedSimd(): boolean {
  const probe = define("probe", [V128], [V128], () =>
    f32x4.relaxedMadd([0x20, 0], [0x20, 0], [0x20, 0]),
  );
  return WebAssembly.validate(encodeModule([probe], 1));
}

/** The exports as they are typed here; `names` are those of the module just written. */
type Exported = { gemm: GemmFunction } & Record<string, PackFunction>;

function isExported(
  exports: WebAssembly.Exports,
  names: readonly string[],
): exports is WebAssembly.Exports & Exported {
  return names.every((name) => typeof exports[name] === "function");
}

/** Compiles and instantiates all kernels for `memory`. */
export async function makeKernels(
  memory: WebAssembly.Memory,
  maximumPages: number,
  shape: GemmShape,
): Promise<Kernels> {
  const widthA = shape.rows;
  const widthB = shape.vectors * 4;
  const functions: FunctionSpec[] = [gemmKernel(shape)];
  for (const width of new Set([widthA, widthB])) {
    for (const format of FORMATS) {
      for (const order of ORDERS) functions.push(packKernel(width, format, order));
    }
  }
  const module = await WebAssembly.compile(encodeModule(functions, maximumPages));
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  const names = functions.map((spec) => spec.name);
  invariant(isExported(exports, names), "all kernels are exported");
  return {
    shape,
    gemm: exports.gemm,
    packA: (format, order) => exports[packName(widthA, format, order)],
    packB: (format, order) => exports[packName(widthB, format, order)],
  };
}
