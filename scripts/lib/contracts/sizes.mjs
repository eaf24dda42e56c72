// @ts-check

/** @typedef {import("./artifacts.mjs").Artifact} Artifact */

/** EIP-170: what a chain takes as the code of one contract. */
export const SIZE_LIMIT_BYTES = 24_576;

/** @param {string} hex with 0x */
export const sizeBytes = (hex) => (hex.length - 2) / 2;

/**
 * @param {readonly Artifact[]} artifacts
 * @returns {{ name: string, sizeBytes: number, fits: boolean }[]} largest first
 */
export function contractSizes(artifacts) {
  return artifacts
    .map(({ name, runtime }) => ({
      name,
      sizeBytes: sizeBytes(runtime),
      fits: sizeBytes(runtime) < SIZE_LIMIT_BYTES,
    }))
    .sort((a, b) => b.sizeBytes - a.sizeBytes);
}
