/** Bytes: hexadecimal, little-endian integers, joining. */

const HEX = "0123456789abcdef";

/** Lower-case hexadecimal, two digits a byte, joined by `separator`. */
export function toHex(bytes: Uint8Array, separator = ""): string {
  const parts: string[] = [];
  for (const byte of bytes) parts.push(`${HEX[byte >> 4]}${HEX[byte & 15]}`);
  return parts.join(separator);
}

/**
 * Bytes of a hexadecimal string, with or without `0x`.
 * @throws RangeError for an odd number of digits or any other character.
 */
export function fromHex(text: string): Uint8Array {
  const digits = text.startsWith("0x") ? text.slice(2) : text;
  if (digits.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(digits)) {
    throw new RangeError("not a hexadecimal string of whole bytes");
  }
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  }
  return bytes;
}

/** One array holding all parts in order. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** True when both hold the same bytes. Not constant-time: never for secrets. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** UTF-8 bytes of a string. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/**
 * Text of UTF-8 bytes; a byte-order mark is kept.
 * @throws TypeError when the bytes are not UTF-8.
 */
export function fromUtf8(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
}

/** The unsigned 64-bit little-endian integer at `offset`. */
export function readU64(bytes: Uint8Array, offset = 0): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(offset, true);
}

/** `value` as 8 little-endian bytes. */
export function writeU64(value: bigint): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value, true);
  return bytes;
}
