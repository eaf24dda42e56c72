import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { decodeToF32, encodeFromF32, f16Values, firstNotFinite } from "./dtype.ts";
import type { FloatDtype } from "./dtype.ts";

// Made by scripts/oracle/make_format_goldens.py with torch.
const golden: Record<string, string> = JSON.parse(
  readFileSync(new URL("fixtures/rounding.json", import.meta.url), "utf8"),
);

function sha256(bytes: ArrayBufferView): string {
  return createHash("sha256")
    .update(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    .digest("hex");
}

const ALL = Uint16Array.from({ length: 65536 }, (_, bits) => bits);

function widen(dtype: FloatDtype): Float32Array {
  const out = new Float32Array(65536);
  decodeToF32(dtype, new Uint8Array(ALL.buffer), out);
  return out;
}

/** The same bit patterns as `around` of the script. */
function around(lowBits: number): Uint32Array {
  const half = 2 ** (lowBits - 1);
  const low = [0, 1, half - 1, half, half + 1, 2 * half - 1];
  const count = 2 ** (32 - lowBits);
  const bits = new Uint32Array(count * low.length);
  for (let i = 0; i < bits.length; i++) {
    bits[i] = Math.floor(i / low.length) * 2 ** lowBits + low[i % low.length];
  }
  return bits;
}

function scattered(): Uint32Array {
  return Uint32Array.from({ length: 2 ** 20 }, (_, i) => Math.imul(i, 2654435761) >>> 0);
}

function narrow(dtype: FloatDtype, bits: Uint32Array): Uint16Array {
  const values = new Float32Array(bits.buffer);
  const out = new Uint16Array(encodeFromF32(dtype, values).buffer);
  for (let i = 0; i < out.length; i++) if (Number.isNaN(values[i])) out[i] = 0xffff;
  return out;
}

test.each<[string, FloatDtype]>([
  ["f16ToF32", "F16"],
  ["bf16ToF32", "BF16"],
])("%s over all 65,536 patterns", (name, dtype) => {
  const values = widen(dtype);
  const bits = new Uint32Array(values.buffer);
  for (let i = 0; i < bits.length; i++) if (Number.isNaN(values[i])) bits[i] = 0xffffffff;
  expect(sha256(bits)).toBe(golden[name]);
});

test.each<[string, FloatDtype, () => Uint32Array]>([
  ["f32ToF16Around13", "F16", () => around(13)],
  ["f32ToBf16Around16", "BF16", () => around(16)],
  ["f32ToF16Scattered", "F16", scattered],
  ["f32ToBf16Scattered", "BF16", scattered],
])("%s rounds to nearest even as torch does", (name, dtype, bits) => {
  expect(sha256(narrow(dtype, bits()))).toBe(golden[name]);
});

test.each<FloatDtype>(["F16", "BF16"])("%s survives the way there and back", (dtype) => {
  const values = widen(dtype);
  const back = new Uint16Array(encodeFromF32(dtype, values).buffer);
  for (let bits = 0; bits < 65536; bits++) {
    if (Number.isNaN(values[bits])) continue;
    if (back[bits] !== bits) expect(back[bits]).toBe(bits);
  }
  expect(Number.isNaN(widen(dtype)[dtype === "F16" ? 0x7e00 : 0x7fc0])).toBe(true);
});

test("NaN stays NaN and too large a half becomes infinity", () => {
  const encoded = encodeFromF32("F16", Float32Array.of(Number.NaN, 65519, 65520, -1e30));
  expect([...new Uint16Array(encoded.buffer)]).toEqual([0x7e00, 0x7bff, 0x7c00, 0xfc00]);
  expect(firstNotFinite("F16", encoded)).toBe(0);
  expect(f16Values()[1]).toBe(2 ** -24);
});

test.each<FloatDtype>(["F32", "F16", "BF16"])("%s finds the first value not finite", (dtype) => {
  const values = new Float32Array(40).fill(1.5);
  const out = new Float32Array(values.length);
  expect(decodeToF32(dtype, encodeFromF32(dtype, values), out)).toBe(-1);
  expect(out).toEqual(values);
  expect(firstNotFinite(dtype, encodeFromF32(dtype, values))).toBe(-1);
  for (const bad of [Number.NaN, Infinity, -Infinity]) {
    const broken = values.with(17, bad).with(23, Number.NaN);
    const bytes = encodeFromF32(dtype, broken);
    expect(decodeToF32(dtype, bytes, out)).toBe(17);
    expect(out[17]).toBe(bad);
    expect(firstNotFinite(dtype, bytes)).toBe(17);
  }
});

test.each<FloatDtype>(["F32", "F16", "BF16"])("%s reads from odd addresses", (dtype) => {
  const values = Float32Array.of(1, -2, 0.5);
  const bytes = encodeFromF32(dtype, values);
  const shifted = Buffer.alloc(bytes.length + 1);
  shifted.set(bytes, 1);
  const out = new Float32Array(5);
  expect(decodeToF32(dtype, shifted.subarray(1), out, 2)).toBe(-1);
  expect([...out]).toEqual([0, 0, 1, -2, 0.5]);
});
