import { invariant } from "@/lib/invariant.ts";
import {
  ATTENTION_KERNEL_NAMES,
  attentionKernels,
  type AttentionKernels,
} from "./attentionKernels.ts";
import { define, f32x4 } from "./asm.ts";
import { V128, encodeModule, type FunctionSpec } from "./encoder.ts";
import { gemmKernel, type GemmShape } from "./gemmKernel.ts";
import { ROW_KERNEL_NAMES, rowKernels, type RowKernels } from "./rowKernels.ts";
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
export interface Kernels extends RowKernels, AttentionKernels {
  readonly shape: GemmShape;
  gemm: GemmFunction;
  packA(format: PackFormat, order: PackOrder): PackFunction;
  packB(format: PackFormat, order: PackOrder): PackFunction;
}

const FORMATS: readonly PackFormat[] = ["f32", "bf16", "q8"];
const ORDERS: readonly PackOrder[] = ["depth", "panel"];

/** True where f32x4.relaxed_madd exists (WebAssembly 3.0, relaxed SIMD). */
export function hasRelaxedSimd(): boolean {
  const probe = define("probe", [V128], [V128], () =>
    f32x4.relaxedMadd([0x20, 0], [0x20, 0], [0x20, 0]),
  );
  return WebAssembly.validate(encodeModule([probe], 1));
}

/** What a module exports, apart from the pack functions. */
type Named = { gemm: GemmFunction } & RowKernels & AttentionKernels;

function hasKernels(exports: object): exports is Named {
  const names = ["gemm", ...ROW_KERNEL_NAMES, ...ATTENTION_KERNEL_NAMES];
  return names.every((name) => name in exports);
}

function isPack(value: unknown): value is PackFunction {
  return typeof value === "function";
}

/** Compiles and instantiates all kernels for `memory`. */
export async function makeKernels(
  memory: WebAssembly.Memory,
  maximumPages: number,
  shape: GemmShape,
): Promise<Kernels> {
  const widthA = shape.rows;
  const widthB = shape.vectors * 4;
  const functions: FunctionSpec[] = [
    gemmKernel(shape),
    ...rowKernels(shape.relaxed),
    ...attentionKernels(shape.relaxed),
  ];
  for (const width of new Set([widthA, widthB])) {
    for (const format of FORMATS) {
      for (const order of ORDERS) functions.push(packKernel(width, format, order));
    }
  }
  const module = await WebAssembly.compile(encodeModule(functions, maximumPages));
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  const named: unknown = exports;
  invariant(typeof named === "object" && named !== null && hasKernels(named), "kernels exported");
  const pack =
    (width: number) =>
    (format: PackFormat, order: PackOrder): PackFunction => {
      const found = exports[packName(width, format, order)];
      invariant(isPack(found), "pack kernel exported");
      return found;
    };
  return { ...named, shape, packA: pack(widthA), packB: pack(widthB) };
}
