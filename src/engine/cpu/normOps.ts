/** RMSNorm (Zhang and Sennrich, 2019) and its gradients. Rows [from, to) of [rows, dim]. */

/** y = x·invRms·g; invRms[r] = 1/sqrt(mean(x²) + eps). */
export function rmsNorm(
  x: Float32Array,
  g: Float32Array,
  y: Float32Array,
  invRms: Float32Array,
  dim: number,
  eps: number,
  from: number,
  to: number,
): void {
  for (let r = from; r < to; r++) {
    const at = r * dim;
    let sum = 0;
    for (let c = at; c < at + dim; c++) sum += x[c] * x[c];
    const inverse = 1 / Math.sqrt(sum / dim + eps);
    invRms[r] = inverse;
    for (let c = 0; c < dim; c++) y[at + c] = x[at + c] * inverse * g[c];
  }
}

/** dx (+)= invRms·(dy∘g) − x·invRms³·mean(dy∘g∘x). */
export function rmsNormGradX(
  dy: Float32Array,
  x: Float32Array,
  g: Float32Array,
  invRms: Float32Array,
  dx: Float32Array,
  dim: number,
  accumulate: boolean,
  from: number,
  to: number,
): void {
  for (let r = from; r < to; r++) {
    const at = r * dim;
    let sum = 0;
    for (let c = 0; c < dim; c++) sum += dy[at + c] * g[c] * x[at + c];
    const inverse = invRms[r];
    const pull = (sum * inverse * inverse * inverse) / dim;
    for (let c = 0; c < dim; c++) {
      const value = dy[at + c] * g[c] * inverse - x[at + c] * pull;
      dx[at + c] = accumulate ? dx[at + c] + value : value;
    }
  }
}

/** dg[c] += Σ_r dy·x·invRms. */
export function rmsNormGradG(
  dy: Float32Array,
  x: Float32Array,
  invRms: Float32Array,
  dg: Float32Array,
  dim: number,
  rows: number,
): void {
  for (let r = 0; r < rows; r++) {
    const inverse = invRms[r];
    for (let c = 0, at = r * dim; c < dim; c++, at++) dg[c] += dy[at] * x[at] * inverse;
  }
}
