import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";

/** Bytes as lower-case hex with the prefix that Ethereum tools expect. */
export type Hex = `0x${string}`;

/** Lower-case hex of bytes, with 0x. */
export function toHex(bytes: Uint8Array): Hex {
  return `0x${bytesToHex(bytes)}`;
}

/** True for lower-case 0x hex of exactly `length` bytes: one spelling for one value. */
export function isHex(text: unknown, length: number): text is Hex {
  return typeof text === "string" && text.length === 2 + 2 * length && /^0x[0-9a-f]*$/.test(text);
}

/** Bytes of 0x hex. @throws RangeError when it is not lower-case hex of `length` bytes. */
export function fromHex(text: string, length: number): Uint8Array {
  if (!isHex(text, length)) throw new RangeError(`expected ${length} bytes of lower-case 0x hex`);
  return hexToBytes(text.slice(2));
}

/** Unsigned 32-bit integer, 4 bytes, big-endian. @throws RangeError outside [0, 2^32). */
export function uint32(value: number): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value > 0xffffffff) {
    throw new RangeError(`not an unsigned 32-bit integer: ${value}`);
  }
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** Unsigned integer in 32 bytes, big-endian, as Solidity packs uint256. */
export function uint256(value: number): Uint8Array {
  const bytes = new Uint8Array(32);
  bytes.set(uint32(value), 28);
  return bytes;
}

/** IEEE 754 binary64, 8 bytes, big-endian. */
export function float64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value);
  return bytes;
}

/**
 * SHA-256 of `tag ‖ 0x00 ‖ parts…`. The tag separates domains; every caller's parts have fixed
 * lengths or carry their length, so that no two inputs share an encoding.
 */
export function taggedHash(tag: string, ...parts: readonly Uint8Array[]): Uint8Array {
  return sha256(concatBytes(utf8ToBytes(tag), Uint8Array.of(0), ...parts));
}
