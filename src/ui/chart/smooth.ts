/**
 * Exponential moving average without the bias of its start: each value is divided by the weight that
 * has been seen. `weight` is 0 (no smoothing) to 0.999. NaN passes through and is not counted.
 */
export function smooth(values: ArrayLike<number>, weight: number): Float64Array {
  const out = new Float64Array(values.length);
  let sum = 0;
  let seen = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (!Number.isFinite(value)) {
      out[index] = Number.NaN;
      continue;
    }
    sum = weight * sum + (1 - weight) * value;
    seen = weight * seen + (1 - weight);
    out[index] = weight === 0 ? value : sum / seen;
  }
  return out;
}
