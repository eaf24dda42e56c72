/**
 * Indices of at most about `target` rows that keep the look of every column: per bucket the first
 * row and the rows of each column's smallest and largest value. Sorted, without repeats.
 */
export function envelopeIndices(
  columns: readonly ArrayLike<number>[],
  length: number,
  target: number,
): Uint32Array {
  const perBucket = 1 + 2 * columns.length;
  const buckets = Math.max(1, Math.floor(target / perBucket));
  if (length <= target || length <= buckets) return Uint32Array.from({ length }, (_, i) => i);
  const keep = new Set<number>();
  for (let bucket = 0; bucket < buckets; bucket++) {
    const from = Math.floor((bucket * length) / buckets);
    const to = Math.floor(((bucket + 1) * length) / buckets);
    keep.add(from);
    for (const column of columns) {
      let low = -1;
      let high = -1;
      for (let index = from; index < to; index++) {
        const value = column[index];
        if (Number.isNaN(value)) continue;
        if (low < 0 || value < column[low]) low = index;
        if (high < 0 || value > column[high]) high = index;
      }
      if (low >= 0) keep.add(low).add(high);
    }
  }
  keep.add(length - 1);
  return Uint32Array.from(keep).sort();
}
