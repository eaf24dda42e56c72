import { resizeMatrix } from "./padding.ts";
import { storedRank } from "./parameters.ts";

/** FNV-1a of a name, the seed of its factor. */
function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) {
    hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}

/** Mulberry32: uniform in [0, 1), the same everywhere. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * First value of the factor A, as PEFT draws it (Kaiming uniform with a = √5, that is U(−1/√K, 1/√K)),
 * from a seed made of its name. B starts at zero, so the adapted model starts as the original.
 * @returns [stored rank, K], zero below `rank`
 */
export function initialLoraDown(name: string, rank: number, inSize: number): Float32Array {
  const next = uniform(hashName(name));
  const bound = 1 / Math.sqrt(inSize);
  const values = Float32Array.from({ length: rank * inSize }, () => (2 * next() - 1) * bound);
  return resizeMatrix(values, [rank, inSize], [storedRank(rank), inSize]);
}

/**
 * W + scale · up · down in place.
 * @param weight [N, K]
 * @param up [N, rank]
 * @param down [rank, K]
 */
export function addLora(
  weight: Float32Array,
  up: Float32Array,
  down: Float32Array,
  rank: number,
  scale: number,
): void {
  const inSize = down.length / rank;
  const outSize = up.length / rank;
  const row = new Float64Array(inSize);
  for (let n = 0; n < outSize; n++) {
    row.fill(0);
    for (let r = 0; r < rank; r++) {
      const factor = scale * up[n * rank + r];
      if (factor === 0) continue;
      for (let k = 0; k < inSize; k++) row[k] += factor * down[r * inSize + k];
    }
    for (let k = 0; k < inSize; k++) weight[n * inSize + k] += row[k];
  }
}
