import { throwIfAborted } from "@/lib/errors.ts";
import { readU64 } from "@/lib/bytes.ts";
import { formatBytes } from "@/lib/format.ts";
import type { ByteSource } from "../byteSource.ts";
import { DTYPE_BITS, decodeToF32, isFloatDtype } from "../dtype.ts";
import type { FloatDtype } from "../dtype.ts";
import { FormatError } from "../errors.ts";
import { MAX_HEADER_BYTES, SNIFF_BYTES, sniffBytes, unsupportedFormat } from "../sniff.ts";
import { parseHeader, quote, truncated } from "./header.ts";
import type { SafetensorsHeader, TensorEntry } from "./header.ts";

/** An opened safetensors file: its header is checked, its tensors are read when asked for. */
export interface SafetensorsFile extends SafetensorsHeader {
  readonly source: ByteSource;
}

/** Bytes read and converted at a time: cancelling waits for no more than one of these. */
const CHUNK_BYTES = 8 << 20;

/**
 * Reads and checks the header of a safetensors file; no tensor is read.
 * @throws FormatError UNSUPPORTED_FORMAT, HEADER_TOO_LARGE, HEADER_INVALID, UNSUPPORTED_DTYPE,
 * TENSOR_SPANS, FILE_TRUNCATED, READ_FAILED.
 */
export async function openSafetensors(
  source: ByteSource,
  signal?: AbortSignal,
): Promise<SafetensorsFile> {
  const { name, sizeBytes } = source;
  const head = await source.read(0, Math.min(SNIFF_BYTES, sizeBytes), signal);
  const format = sniffBytes(head);
  if (!["safetensors", "unknown", "json", "onnx", "empty"].includes(format)) {
    throw await unsupportedFormat(source, signal);
  }
  if (sizeBytes < 8) throw truncated(name, 8, sizeBytes);
  const headerBytes = readU64(head);
  if (headerBytes > BigInt(MAX_HEADER_BYTES)) {
    throw new FormatError(
      "HEADER_TOO_LARGE",
      `${name} claims a header of ${formatBytes(Number(headerBytes))}; at most ${formatBytes(MAX_HEADER_BYTES)} is read.`,
      "The file is not safetensors or is damaged: download or save it again.",
    );
  }
  const dataStart = 8 + Number(headerBytes);
  if (dataStart > sizeBytes) throw truncated(name, dataStart, sizeBytes);
  const json = await source.read(8, dataStart, signal);
  return { source, ...parseHeader(json, sizeBytes, name) };
}

/**
 * A tensor as f32, row-major.
 * @throws FormatError UNSUPPORTED_DTYPE unless F32, F16 or BF16; WEIGHTS_NOT_FINITE at the first
 * NaN or infinity; READ_FAILED; AbortError.
 */
export async function readTensorF32(
  source: ByteSource,
  tensor: TensorEntry,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const dtype = floatDtypeOf(tensor, source.name);
  const elementBytes = DTYPE_BITS[dtype] / 8;
  const out = new Float32Array((tensor.end - tensor.start) / elementBytes);
  for (let at = tensor.start; at < tensor.end; at += CHUNK_BYTES) {
    throwIfAborted(signal);
    const bytes = await source.read(at, Math.min(tensor.end, at + CHUNK_BYTES), signal);
    const offset = (at - tensor.start) / elementBytes;
    const bad = decodeToF32(dtype, bytes, out, offset);
    if (bad >= 0) throw notFinite(tensor.name, source.name, offset + bad, out[offset + bad]);
  }
  return out;
}

/** @throws FormatError UNSUPPORTED_DTYPE unless the tensor is F32, F16 or BF16. */
export function floatDtypeOf(
  tensor: Pick<TensorEntry, "name" | "dtype">,
  file: string,
): FloatDtype {
  if (isFloatDtype(tensor.dtype)) return tensor.dtype;
  throw new FormatError(
    "UNSUPPORTED_DTYPE",
    `${file}: the weights ${quote(tensor.name)} are ${tensor.dtype}; F32, F16 and BF16 are read.`,
    "Load the model in transformers with dtype=torch.bfloat16 and save it again.",
  );
}

/** The error for a NaN or an infinity among weights. */
export function notFinite(tensor: string, file: string, index: number, value: number): FormatError {
  return new FormatError(
    "WEIGHTS_NOT_FINITE",
    `${file}: ${quote(tensor)} holds ${value} at element ${index}.`,
    "The weights are broken, most likely by training or conversion: use an earlier checkpoint.",
  );
}
