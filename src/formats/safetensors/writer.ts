import { concatBytes, utf8, writeU64 } from "@/lib/bytes.ts";
import { readChunks } from "../byteSource.ts";
import type { Dtype, FloatDtype } from "../dtype.ts";
import { encodeFromF32, firstNotFinite } from "../dtype.ts";
import { FormatError } from "../errors.ts";
import { quote } from "./header.ts";
import type { TensorEntry } from "./header.ts";
import { floatDtypeOf, notFinite } from "./reader.ts";
import type { SafetensorsFile } from "./reader.ts";

/** Gives the new values of a tensor when its turn comes. */
export type TensorValues = () => Promise<Float32Array>;

/** Elements encoded at a time. */
const CHUNK_ELEMENTS = 1 << 20;

/**
 * The file with some tensors replaced, as chunks. The header is passed on byte for byte, so order,
 * names, dtypes, shapes and metadata stay, and a file in which nothing changed comes out identical.
 * @throws FormatError TENSOR_SHAPE for a wrong number of values, UNSUPPORTED_DTYPE,
 * WEIGHTS_NOT_FINITE, VALUE_OUT_OF_RANGE when a value does not fit the dtype; AbortError.
 */
export async function* rewriteSafetensors(
  file: SafetensorsFile,
  changed: ReadonlyMap<string, TensorValues>,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  yield* readChunks(file.source, 0, file.dataStart, signal);
  for (const tensor of file.tensors) {
    const values = changed.get(tensor.name);
    if (values) yield* encodeTensor(tensor, await values(), file.source.name);
    else yield* readChunks(file.source, tensor.start, tensor.end, signal);
  }
}

function* encodeTensor(
  tensor: TensorEntry,
  values: Float32Array,
  file: string,
): Generator<Uint8Array<ArrayBuffer>> {
  const dtype = floatDtypeOf(tensor, file);
  const elements = tensor.shape.reduce((product, dim) => product * dim, 1);
  if (values.length !== elements) {
    throw new FormatError(
      "TENSOR_SHAPE",
      `${quote(tensor.name)} needs ${elements} values and got ${values.length}.`,
      "The trained weights belong to another model.",
    );
  }
  for (let at = 0; at < elements; at += CHUNK_ELEMENTS) {
    const part = values.subarray(at, at + CHUNK_ELEMENTS);
    const bytes = encodeFromF32(dtype, part);
    const bad = firstNotFinite(dtype, bytes);
    if (bad >= 0) throw badValue(tensor, dtype, file, at + bad, part[bad]);
    yield bytes;
  }
}

function badValue(
  tensor: TensorEntry,
  dtype: FloatDtype,
  file: string,
  index: number,
  value: number,
): FormatError {
  if (!Number.isFinite(value)) return notFinite(tensor.name, file, index, value);
  return new FormatError(
    "VALUE_OUT_OF_RANGE",
    `${quote(tensor.name)} holds ${value} at element ${index}, too large for ${dtype}.`,
    "Train with a smaller learning rate, or start from a model saved in BF16 or F32.",
  );
}

/** A tensor to be written; `bytes` are its little-endian elements. */
export interface TensorToWrite {
  name: string;
  dtype: Dtype;
  shape: readonly number[];
  bytes: Uint8Array;
}

/** A new safetensors file with the tensors in the given order, its header padded to 8 bytes. */
export function buildSafetensors(
  tensors: readonly TensorToWrite[],
  metadata: Readonly<Record<string, string>> | null = null,
): Uint8Array<ArrayBuffer> {
  let at = 0;
  const entries: [string, unknown][] = metadata ? [["__metadata__", metadata]] : [];
  for (const { name, dtype, shape, bytes } of tensors) {
    entries.push([name, { dtype, shape, data_offsets: [at, at + bytes.length] }]);
    at += bytes.length;
  }
  // Written key by key: Object.fromEntries would move names that look like numbers to the front.
  const body = entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  const json = utf8(`{${body.join(",")}}`);
  const padding = utf8(" ".repeat((8 - (json.length % 8)) % 8));
  return concatBytes([
    writeU64(BigInt(json.length + padding.length)),
    json,
    padding,
    ...tensors.map((tensor) => tensor.bytes),
  ]);
}
