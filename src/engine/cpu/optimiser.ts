import type { AdamwHyper } from "@/engine/tape/ir.ts";

/**
 * One AdamW step with decoupled weight decay (Loshchilov and Hutter, 2019) on whole arenas.
 * The gradient is not changed.
 */
export function adamwStep(
  w: Float32Array,
  g: Float32Array,
  m: Float32Array,
  v: Float32Array,
  hyper: AdamwHyper,
): void {
  const { learningRate, beta1, beta2, epsilon, weightDecay, c1, c2, gradScale } = hyper;
  const keep = 1 - learningRate * weightDecay;
  for (let i = 0; i < w.length; i++) {
    const grad = g[i] * gradScale;
    const mean = beta1 * m[i] + (1 - beta1) * grad;
    const square = beta2 * v[i] + (1 - beta2) * grad * grad;
    m[i] = mean;
    v[i] = square;
    w[i] = w[i] * keep - (learningRate * mean * c1) / (Math.sqrt(square * c2) + epsilon);
  }
}

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
