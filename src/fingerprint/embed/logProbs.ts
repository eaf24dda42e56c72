/** log Σ exp of z[start..start+length). */
export function logSumExp(z: Float32Array, start: number, length: number): number {
  let max = -Infinity;
  for (let i = start; i < start + length; i++) if (z[i] > max) max = z[i];
  let sum = 0;
  for (let i = start; i < start + length; i++) sum += Math.exp(z[i] - max);
  return max + Math.log(sum);
}

/** Index of the largest of z[start..start+length), relative to start; the first of equals. */
export function argmax(z: Float32Array, start: number, length: number): number {
  let best = 0;
  for (let i = 1; i < length; i++) if (z[start + i] > z[start + best]) best = i;
  return best;
}

/** The `count` most likely tokens of a row of logits with their probabilities, most likely first. */
export function topProbabilities(
  z: Float32Array,
  start: number,
  length: number,
  count: number,
): { ids: number[]; probs: number[] } {
  const ids: number[] = [];
  // A short sorted list beats sorting the row: count is 16, the row up to 150,000 long.
  for (let i = 0; i < length; i++) {
    const value = z[start + i];
    if (ids.length === count && value <= z[start + ids[count - 1]]) continue;
    let at = ids.length;
    while (at > 0 && z[start + ids[at - 1]] < value) at--;
    ids.splice(at, 0, i);
    if (ids.length > count) ids.pop();
  }
  const normaliser = logSumExp(z, start, length);
  return { ids, probs: ids.map((id) => Math.exp(z[start + id] - normaliser)) };
}
