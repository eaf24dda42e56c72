/** Arithmetic on whole arenas. */

/** w ← w − lr·g. */
export function sgdStep(w: Float32Array, g: Float32Array, learningRate: number): void {
  for (let i = 0; i < w.length; i++) w[i] -= learningRate * g[i];
}

/** w ← (1 − λ)·w + λ·original. */
export function average(w: Float32Array, original: Float32Array, lambda: number): void {
  for (let i = 0; i < w.length; i++) w[i] = (1 - lambda) * w[i] + lambda * original[i];
}

/** Euclidean norm; NaN or infinite when an element is. */
export function norm(g: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < g.length; i++) sum += g[i] * g[i];
  return Math.sqrt(sum);
}
