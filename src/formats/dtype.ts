/**
 * Element types of safetensors and their conversion to and from f32, rounding to nearest even.
 * Typed arrays share the machine's byte order, which is little-endian wherever WebGPU runs.
 */

/** Bits of one element, by the name that safetensors gives the type. */
export const DTYPE_BITS = {
  BOOL: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  C64: 64,
  F64: 64,
  I64: 64,
  U64: 64,
} as const;

export type Dtype = keyof typeof DTYPE_BITS;

/** The types whose values Signet reads and writes. */
export type FloatDtype = "F32" | "F16" | "BF16";

export function isDtype(name: string): name is Dtype {
  return Object.hasOwn(DTYPE_BITS, name);
}

export function isFloatDtype(dtype: Dtype): dtype is FloatDtype {
  return dtype === "F32" || dtype === "F16" || dtype === "BF16";
}

let f16Table: Float32Array | undefined;

/** Every half-precision value by its bits (IEEE 754 binary16), as f32. [65536] */
export function f16Values(): Float32Array {
  if (f16Table) return f16Table;
  const table = new Float32Array(65536);
  for (let bits = 0; bits < 65536; bits++) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    if (exponent === 31) table[bits] = fraction === 0 ? sign * Infinity : NaN;
    else if (exponent === 0) table[bits] = sign * fraction * 2 ** -24;
    else table[bits] = sign * (1024 + fraction) * 2 ** (exponent - 25);
  }
  f16Table = table;
  return table;
}

/**
 * Decodes little-endian elements into `out` from `offset`.
 * @returns the index in `bytes` (in elements) of the first NaN or infinity, or −1.
 */
export function decodeToF32(
  dtype: FloatDtype,
  bytes: Uint8Array,
  out: Float32Array,
  offset = 0,
): number {
  if (dtype === "F32") return decodeF32(words32(bytes), out, offset);
  const source = words16(bytes);
  return dtype === "F16" ? decodeF16(source, out, offset) : decodeBf16(source, out, offset);
}

function decodeF32(source: Uint32Array, out: Float32Array, offset: number): number {
  const bits = new Uint32Array(out.buffer, out.byteOffset + 4 * offset, source.length);
  bits.set(source);
  for (let i = 0; i < source.length; i++) {
    if ((source[i] & 0x7f800000) === 0x7f800000) return i;
  }
  return -1;
}

function decodeF16(source: Uint16Array, out: Float32Array, offset: number): number {
  const table = f16Values();
  let bad = -1;
  for (let i = 0; i < source.length; i++) {
    const bits = source[i];
    if (bad < 0 && (bits & 0x7c00) === 0x7c00) bad = i;
    out[offset + i] = table[bits];
  }
  return bad;
}

function decodeBf16(source: Uint16Array, out: Float32Array, offset: number): number {
  const words = new Uint32Array(out.buffer, out.byteOffset + 4 * offset, source.length);
  let bad = -1;
  for (let i = 0; i < source.length; i++) {
    const bits = source[i];
    if (bad < 0 && (bits & 0x7f80) === 0x7f80) bad = i;
    words[i] = bits << 16;
  }
  return bad;
}

/**
 * Encodes f32 values as little-endian elements. NaN becomes the quiet NaN that PyTorch writes, and
 * what is too large becomes infinity: see `firstNotFinite`.
 */
export function encodeFromF32(dtype: FloatDtype, values: Float32Array): Uint8Array<ArrayBuffer> {
  const source = new Uint32Array(values.buffer, values.byteOffset, values.length);
  if (dtype === "F32") return new Uint8Array(source.slice().buffer);
  const out = new Uint16Array(values.length);
  if (dtype === "F16") for (let i = 0; i < out.length; i++) out[i] = f32BitsToF16(source[i]);
  else for (let i = 0; i < out.length; i++) out[i] = f32BitsToBf16(source[i]);
  return new Uint8Array(out.buffer);
}

/** Index of the first NaN or infinity among encoded elements, or −1. */
export function firstNotFinite(dtype: FloatDtype, bytes: Uint8Array): number {
  if (dtype === "F32") return words32(bytes).findIndex((w) => (w & 0x7f800000) === 0x7f800000);
  const mask = dtype === "F16" ? 0x7c00 : 0x7f80;
  return words16(bytes).findIndex((word) => (word & mask) === mask);
}

/** bfloat16 bits nearest to the f32 with these bits, ties to even. */
export function f32BitsToBf16(bits: number): number {
  if ((bits & 0x7fffffff) > 0x7f800000) return 0x7fc0;
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

/** binary16 bits nearest to the f32 with these bits, ties to even. */
export function f32BitsToF16(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // 65520 and above round to infinity.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    // Below 2^-14 the result is subnormal: a whole number of 2^-24.
    const shift = 126 - (magnitude >>> 23);
    if (shift > 24) return sign;
    const fraction = (magnitude & 0x7fffff) | 0x800000;
    const kept = fraction >>> shift;
    const rest = fraction & ((1 << shift) - 1);
    const half = 1 << (shift - 1);
    return sign | (kept + (rest > half || (rest === half && (kept & 1) === 1) ? 1 : 0));
  }
  // Rebias the exponent from 127 to 15; a carry out of the fraction raises the exponent rightly.
  return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
}

function words16(bytes: Uint8Array): Uint16Array {
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : new Uint8Array(bytes);
  return new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.length >> 1);
}

function words32(bytes: Uint8Array): Uint32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length >> 2);
}
