import type { WeightSource } from "@/engine/types.ts";

const BLOCK = 32;

/**
 * Rounds rows in blocks of 32 to signed integers of `bits` bits with one f32 scale a block,
 * scale = max|w| / (2^(bits−1) − 1), as q8_0-style formats do. In place.
 *
 * @param shape [rows, columns]; blocks never cross a row
 */
export function roundBlocks(values: Float32Array, shape: readonly number[], bits: number): void {
  const columns = shape[shape.length - 1];
  const levels = 2 ** (bits - 1) - 1;
  for (let row = 0; row < values.length; row += columns) {
    for (let start = row; start < row + columns; start += BLOCK) {
      const end = Math.min(start + BLOCK, row + columns);
      let largest = 0;
      for (let i = start; i < end; i++) largest = Math.max(largest, Math.abs(values[i]));
      if (largest === 0) continue;
      const scale = largest / levels;
      for (let i = start; i < end; i++) values[i] = Math.round(values[i] / scale) * scale;
    }
  }
}

/** The same weights as a buyer would see them after int8 or int4 rounding; vectors stay as they are. */
export function roundedWeights(source: WeightSource, bits: 8 | 4): WeightSource {
  return {
    names: () => source.names(),
    shape: (name) => source.shape(name),
    async readF32(name, signal) {
      const values = await source.readF32(name, signal);
      const shape = source.shape(name);
      if (shape.length === 2) roundBlocks(values, shape, bits);
      return values;
    },
  };
}

/** Element-wise (1 − weight)·base + weight·other: what merging with the base leaves. */
export function mergedWeights(
  base: WeightSource,
  other: WeightSource,
  weight: number,
): WeightSource {
  return {
    names: () => other.names(),
    shape: (name) => other.shape(name),
    async readF32(name, signal) {
      const [a, b] = await Promise.all([base.readF32(name, signal), other.readF32(name, signal)]);
      return b.map((value, i) => (1 - weight) * a[i] + weight * value);
    },
  };
}
