import { fromUtf8 } from "@/lib/bytes.ts";
import { formatBytes } from "@/lib/format.ts";
import { DTYPE_BITS, isDtype } from "../dtype.ts";
import type { Dtype } from "../dtype.ts";
import { FormatError } from "../errors.ts";
import { firstDuplicateKey } from "./duplicateKeys.ts";

/** One tensor of a safetensors file; offsets are absolute in the file. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

/** A checked header: tensors in the order of their bytes, which they fill without gap. */
export interface SafetensorsHeader {
  readonly tensors: readonly TensorEntry[];
  readonly metadata: Readonly<Record<string, string>> | null;
  /** Where the data begin: 8 + the header's length. */
  readonly dataStart: number;
}

const MAX_DIMENSION = 2 ** 32;
const MAX_RANK = 16;

/**
 * Checks the JSON of a header (https://github.com/huggingface/safetensors#format) against the
 * size of its file.
 * @throws FormatError HEADER_INVALID, UNSUPPORTED_DTYPE, TENSOR_SPANS or FILE_TRUNCATED.
 */
export function parseHeader(json: Uint8Array, fileBytes: number, file: string): SafetensorsHeader {
  const root = parseJson(json, file);
  const dataStart = 8 + json.length;
  const tensors: TensorEntry[] = [];
  let metadata: Record<string, string> | null = null;
  for (const [name, value] of Object.entries(root)) {
    if (name === "__metadata__") metadata = checkMetadata(value, file);
    else tensors.push(checkTensor(name, value, dataStart, file));
  }
  tensors.sort((a, b) => a.start - b.start || a.end - b.end);
  checkSpans(tensors, dataStart, fileBytes, file);
  return { tensors, metadata, dataStart };
}

function parseJson(json: Uint8Array, file: string): Record<string, unknown> {
  if (json[0] !== 0x7b) throw invalid(file, "it does not begin with {");
  let text: string;
  let root: unknown;
  try {
    text = fromUtf8(json);
    root = JSON.parse(text);
  } catch (cause) {
    throw invalid(file, "it is not valid JSON", cause);
  }
  if (!isRecord(root)) throw invalid(file, "it is not a JSON object");
  const duplicate = firstDuplicateKey(text);
  if (duplicate !== null) throw invalid(file, `${quote(duplicate)} appears twice`);
  return root;
}

function checkMetadata(value: unknown, file: string): Record<string, string> {
  if (!isRecord(value)) throw invalid(file, "__metadata__ is not an object");
  const entries = Object.entries(value).map(([key, text]): [string, string] => {
    if (typeof text !== "string") {
      throw invalid(file, `__metadata__ entry ${quote(key)} is not a string`);
    }
    return [key, text];
  });
  return Object.fromEntries(entries);
}

function checkTensor(name: string, value: unknown, dataStart: number, file: string): TensorEntry {
  const label = `tensor ${quote(name)}`;
  if (!isRecord(value)) throw invalid(file, `${label} is not an object`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== "string") throw invalid(file, `${label} has no dtype`);
  if (!isDtype(dtype)) {
    throw new FormatError(
      "UNSUPPORTED_DTYPE",
      `${file}: ${label} has the unknown type ${quote(dtype)}.`,
      "Convert the model to F32, F16 or BF16 with transformers.",
    );
  }
  if (!Array.isArray(shape) || shape.length > MAX_RANK) throw invalid(file, `${label}: bad shape`);
  const dims: number[] = [];
  for (const dim of shape as unknown[]) {
    if (!isIndex(dim) || dim > MAX_DIMENSION) throw invalid(file, `${label}: bad shape`);
    dims.push(dim);
  }
  const elements = dims.reduce((product, dim) => product * dim, 1);
  if (!Array.isArray(offsets) || offsets.length !== 2) {
    throw invalid(file, `${label}: bad data_offsets`);
  }
  const [start, end] = offsets as unknown[];
  if (!isIndex(start) || !isIndex(end) || end < start) {
    throw invalid(file, `${label}: bad data_offsets`);
  }
  const wantedBits = elements * DTYPE_BITS[dtype];
  if (!Number.isSafeInteger(wantedBits) || wantedBits !== (end - start) * 8) {
    throw new FormatError(
      "TENSOR_SPANS",
      `${file}: ${label} is ${dtype} [${dims.join(", ")}] but spans ${end - start} bytes.`,
      "The file is damaged: download or save it again.",
    );
  }
  return {
    name,
    dtype,
    shape: dims,
    start: dataStart + start,
    end: dataStart + end,
  };
}

function checkSpans(
  tensors: readonly TensorEntry[],
  dataStart: number,
  fileBytes: number,
  file: string,
): void {
  let at = dataStart;
  for (const { name, start, end } of tensors) {
    if (start !== at) {
      throw new FormatError(
        "TENSOR_SPANS",
        `${file}: ${start < at ? "tensors overlap" : "there is a gap"} before ${quote(name)}.`,
        "The file is damaged: download or save it again.",
        { details: `expected offset ${at - dataStart}, found ${start - dataStart}` },
      );
    }
    at = end;
  }
  if (at > fileBytes) throw truncated(file, at, fileBytes);
  if (at < fileBytes) {
    throw new FormatError(
      "TENSOR_SPANS",
      `${file} has ${fileBytes - at} bytes after its last tensor.`,
      "The file is damaged: download or save it again.",
    );
  }
}

/** The error for a file shorter than its header says. */
export function truncated(file: string, wantedBytes: number, foundBytes: number): FormatError {
  return new FormatError(
    "FILE_TRUNCATED",
    `${file} is cut short: it needs ${formatBytes(wantedBytes)} and has ${formatBytes(foundBytes)}.`,
    "Download or copy the file again.",
    { details: `${foundBytes} of ${wantedBytes} bytes` },
  );
}

function invalid(file: string, why: string, cause?: unknown): FormatError {
  return new FormatError(
    "HEADER_INVALID",
    `${file} has an invalid safetensors header: ${why}.`,
    "The file is damaged or was not written by a safetensors library: download or save it again.",
    { cause },
  );
}

/** A name from a file for a message: quoted, cut to a readable length. */
export function quote(name: string): string {
  return JSON.stringify(name.length > 120 ? `${name.slice(0, 117)}…` : name);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isIndex(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
