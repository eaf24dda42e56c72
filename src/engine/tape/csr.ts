/** Elements of the csr tensor for `rows` entries (layout in ir.ts). */
export function csrLength(rows: number): number {
  return 2 + 3 * rows;
}

/**
 * Groups rows by the id they carry: [U, ids[U], start[U+1], rows…]. Ids come in order of first
 * occurrence and rows in rising order, so sums over them are deterministic. Ids below 0 are left out.
 */
export function buildCsr(ids: Int32Array): Int32Array {
  const groups = new Map<number, number[]>();
  ids.forEach((id, row) => {
    if (id < 0) return;
    const group = groups.get(id);
    if (group) group.push(row);
    else groups.set(id, [row]);
  });
  const count = groups.size;
  const csr = new Int32Array(csrLength(ids.length));
  csr[0] = count;
  let group = 0;
  let entry = 0;
  for (const [id, rows] of groups) {
    csr[1 + group] = id;
    csr[1 + count + group] = entry;
    csr.set(rows, 2 + 2 * count + entry);
    entry += rows.length;
    group++;
  }
  csr[1 + 2 * count] = entry;
  return csr;
}
