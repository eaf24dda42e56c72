import { fromUtf8, toHex } from "@/lib/bytes.ts";
import type { ByteSource } from "./byteSource.ts";
import { FormatError } from "./errors.ts";

export type SniffedFormat =
  | "safetensors"
  | "gguf"
  | "onnx"
  | "torchZip"
  | "pickle"
  | "hdf5"
  | "numpy"
  | "lfsPointer"
  | "html"
  | "json"
  | "empty"
  | "unknown";

/** Largest header that is read: the limit of the Hugging Face Hub. */
export const MAX_HEADER_BYTES = 25_000_000;

/** Bytes that `sniffBytes` looks at. */
export const SNIFF_BYTES = 64;

/** What a file is, by its first bytes (up to `SNIFF_BYTES` of them). */
export function sniffBytes(head: Uint8Array): SniffedFormat {
  if (head.length === 0) return "empty";
  const ascii = String.fromCharCode(...head.subarray(0, SNIFF_BYTES));
  if (ascii.startsWith("GGUF")) return "gguf";
  if (ascii.startsWith("PK\x03\x04")) return "torchZip";
  if (ascii.startsWith("\x89HDF\r\n")) return "hdf5";
  if (ascii.startsWith("\x93NUMPY")) return "numpy";
  if (ascii.startsWith("version https://git-lfs")) return "lfsPointer";
  if (/^\s*<(!doctype|html|head|\?xml)/i.test(ascii)) return "html";
  if (isSafetensorsHead(head)) return "safetensors";
  // Pickle protocols 2 to 5 open with PROTO.
  if (head[0] === 0x80 && head[1] >= 2 && head[1] <= 5) return "pickle";
  if (isOnnxHead(head)) return "onnx";
  if (/^\s*[{[]/.test(ascii)) return "json";
  return "unknown";
}

/** What a file is, by its first bytes. */
export async function sniff(source: ByteSource, signal?: AbortSignal): Promise<SniffedFormat> {
  return sniffBytes(await source.read(0, Math.min(SNIFF_BYTES, source.sizeBytes), signal));
}

function isSafetensorsHead(head: Uint8Array): boolean {
  if (head.length < 9 || head[8] !== 0x7b) return false;
  const lengthBytes = new DataView(head.buffer, head.byteOffset).getBigUint64(0, true);
  return lengthBytes >= 2n && lengthBytes <= BigInt(MAX_HEADER_BYTES);
}

/** ModelProto: field 1 (ir_version) as a small varint, then field 2, 3, 5, 7 or 8. */
function isOnnxHead(head: Uint8Array): boolean {
  if (head[0] !== 0x08 || head[1] === 0 || head[1] > 32) return false;
  return [0x12, 0x1a, 0x28, 0x3a, 0x42].includes(head[2]);
}

const NAMES: Record<SniffedFormat, readonly [what: string, hint: string]> = {
  safetensors: ["a safetensors file", "Drop the whole model folder, with config.json."],
  gguf: [
    "a GGUF file",
    "Signet trains and exports safetensors: drop the original Hugging Face folder.",
  ],
  onnx: [
    "an ONNX model",
    "Signet trains and exports safetensors: drop the original Hugging Face folder.",
  ],
  torchZip: [
    "a zip archive, most likely a PyTorch checkpoint",
    "Convert it: load it in transformers and call save_pretrained(dir, safe_serialization=True).",
  ],
  pickle: [
    "a pickled PyTorch checkpoint, which can run code when opened and is therefore not read",
    "Convert it: load it in transformers and call save_pretrained(dir, safe_serialization=True).",
  ],
  hdf5: ["an HDF5 file", "Convert the model to safetensors with transformers."],
  numpy: ["a NumPy array", "Convert the model to safetensors with transformers."],
  lfsPointer: [
    "a Git LFS pointer, not the file itself",
    "Fetch the real file: run `git lfs pull` or download it from the Hub.",
  ],
  html: ["a web page", "Download the file itself; the address gave a page instead."],
  json: ["a JSON file", "Drop the whole model folder, with model.safetensors."],
  empty: ["empty", "Download or copy the file again."],
  unknown: ["of no known model format", "Signet reads Hugging Face folders with safetensors."],
};

/** The error for a file that is not what is needed: names it, shows its first 16 bytes in hex. */
export async function unsupportedFormat(
  source: ByteSource,
  signal?: AbortSignal,
): Promise<FormatError> {
  const head = await source.read(0, Math.min(SNIFF_BYTES, source.sizeBytes), signal);
  const [what, hint] = NAMES[sniffBytes(head)];
  const hex = toHex(head.subarray(0, 16), " ");
  return new FormatError(
    "UNSUPPORTED_FORMAT",
    `${source.name} is ${what}${hex === "" ? "" : ` (first bytes ${hex})`}.`,
    hint,
    { details: hex },
  );
}

/**
 * The JSON value in a file.
 * @throws FormatError JSON_INVALID, or UNSUPPORTED_FORMAT for a Git LFS pointer or a web page.
 */
export async function readJson(
  source: ByteSource,
  maxBytes: number,
  signal?: AbortSignal,
): Promise<unknown> {
  const text = await readText(source, maxBytes, signal);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const format = await sniff(source, signal);
    if (format === "lfsPointer" || format === "html") throw await unsupportedFormat(source, signal);
    throw new FormatError(
      "JSON_INVALID",
      `${source.name} is not valid JSON.`,
      "Download or copy the file again.",
      { cause },
    );
  }
}

/**
 * The UTF-8 text of a file of at most `maxBytes`, without a byte-order mark.
 * @throws FormatError JSON_INVALID when it is not UTF-8.
 */
export async function readText(
  source: ByteSource,
  maxBytes: number,
  signal?: AbortSignal,
): Promise<string> {
  if (source.sizeBytes > maxBytes) {
    throw new FormatError(
      "JSON_INVALID",
      `${source.name} is larger than the ${maxBytes} bytes that are read of such a file.`,
      "Check that the file is what its name says.",
    );
  }
  const bytes = await source.read(0, source.sizeBytes, signal);
  try {
    return fromUtf8(bytes).replace(/^\uFEFF/, "");
  } catch (cause) {
    throw new FormatError(
      "JSON_INVALID",
      `${source.name} is not UTF-8 text.`,
      "Download or copy the file again.",
      { cause },
    );
  }
}
