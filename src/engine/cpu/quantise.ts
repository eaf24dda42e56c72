/**
 * Storage formats of weights, and the int4 rounding used while training.
 *
 * q8: a matrix [rows, columns] is held as int8 values, `rowBytes` = columns rounded up to 32 a row
 * (the rest zero), followed by one f32 scale for every block of 32 along the row, rowBytes/32 a row.
 * A value is int8 · scale, scale = max|x| / 127 of its block.
 */

/** Numbers that share a scale, in q8 and int4. */
export const BLOCK = 32;
const Q8_LIMIT = 127;
const INT4_LIMIT = 7;

/** Bytes of a row of q8 values. */
export function q8RowBytes(columns: number): number {
  return Math.ceil(columns / BLOCK) * BLOCK;
}

/** Rounds f32 to bf16, to nearest with ties to even; NaN stays NaN. */
export function packBf16(values: Float32Array, out: Uint16Array): void {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < bits.length; i++) {
    const x = bits[i];
    const isNan = (x & 0x7fffffff) > 0x7f800000;
    out[i] = isNan ? (x >>> 16) | 0x40 : (x + 0x7fff + ((x >>> 16) & 1)) >>> 16;
  }
}

/** Exact f32 values of bf16 numbers. */
export function unpackBf16(packed: Uint16Array, out: Float32Array): void {
  const bits = new Uint32Array(out.buffer, out.byteOffset, packed.length);
  for (let i = 0; i < packed.length; i++) bits[i] = packed[i] << 16;
}

function largest(values: Float32Array, from: number, to: number): number {
  let max = 0;
  for (let i = from; i < to; i++) {
    const size = Math.abs(values[i]);
    if (size > max) max = size;
  }
  return max;
}

/** Quantises [rows, columns]; `out` holds rows·rowBytes values, `scales` rows·rowBytes/32. */
export function packQ8(
  values: Float32Array,
  columns: number,
  out: Int8Array,
  scales: Float32Array,
): void {
  const rows = values.length / columns;
  const rowBytes = q8RowBytes(columns);
  const perRow = rowBytes / BLOCK;
  out.fill(0);
  for (let r = 0; r < rows; r++) {
    for (let b = 0; b < perRow; b++) {
      const from = r * columns + b * BLOCK;
      const to = Math.min(from + BLOCK, (r + 1) * columns);
      const scale = Math.fround(largest(values, from, to) / Q8_LIMIT);
      scales[r * perRow + b] = scale;
      if (scale === 0) continue;
      for (let i = from, at = r * rowBytes + b * BLOCK; i < to; i++, at++) {
        out[at] = Math.round(values[i] / scale);
      }
    }
  }
}

/** Row `row` of a q8 matrix into out at `to`. */
export function unpackQ8Row(
  packed: Int8Array,
  scales: Float32Array,
  columns: number,
  row: number,
  out: Float32Array,
  to: number,
): void {
  const rowBytes = q8RowBytes(columns);
  const perRow = rowBytes / BLOCK;
  for (let c = 0; c < columns; c++) {
    out[to + c] = packed[row * rowBytes + c] * scales[row * perRow + Math.floor(c / BLOCK)];
  }
}

/**
 * Rounds a matrix in place to what symmetric int4 would hold: blocks of 32 along the row, scale =
 * max|x| / 7, integers in [−7, 7], halves away from zero.
 */
export function roundToInt4(values: Float32Array, columns: number): void {
  for (let row = 0; row < values.length; row += columns) {
    for (let from = row; from < row + columns; from += BLOCK) {
      const to = Math.min(from + BLOCK, row + columns);
      const scale = Math.fround(largest(values, from, to) / INT4_LIMIT);
      if (scale === 0) continue;
      for (let i = from; i < to; i++) {
        const steps = values[i] / scale;
        const whole = steps < 0 ? -Math.floor(0.5 - steps) : Math.floor(steps + 0.5);
        values[i] = whole * scale;
      }
    }
  }
}
