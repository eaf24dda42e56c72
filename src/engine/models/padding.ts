/**
 * Copies a matrix into one of another size, [rows, columns] each; what is added is zero. Vectors pass
 * as they are.
 */
export function resizeMatrix(
  values: Float32Array,
  from: readonly number[],
  to: readonly number[],
): Float32Array {
  if (from.length < 2 || (from[0] === to[0] && from[1] === to[1])) return values;
  const resized = new Float32Array(to[0] * to[1]);
  const columns = Math.min(from[1], to[1]);
  for (let row = 0; row < Math.min(from[0], to[0]); row++) {
    resized.set(values.subarray(row * from[1], row * from[1] + columns), row * to[1]);
  }
  return resized;
}
