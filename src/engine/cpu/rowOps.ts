/** Instructions that move or combine rows. Semantics in tape/ir.ts. */

/** Reads row `row` of a [rows, dim] table into out at `to`. */
export type RowReader = (row: number, out: Float32Array, to: number) => void;

/** x[r] = E[tokens[r]] for r in [from, to). */
export function embed(
  readRow: RowReader,
  tokens: Int32Array,
  x: Float32Array,
  dim: number,
  vocab: number,
  from: number,
  to: number,
): void {
  for (let r = from; r < to; r++) {
    const token = tokens[r];
    if (token < 0 || token >= vocab) x.fill(0, r * dim, (r + 1) * dim);
    else readRow(token, x, r * dim);
  }
}

/** dE[ids[u]] += Σ dx[rows]; csr as described in tape/ir.ts. */
export function embedGrad(
  csr: Int32Array,
  dx: Float32Array,
  dE: Float32Array,
  dim: number,
  vocab: number,
): void {
  const unique = csr[0];
  const starts = 1 + unique;
  const rows = starts + unique + 1;
  for (let u = 0; u < unique; u++) {
    const id = csr[1 + u];
    if (id < 0 || id >= vocab) continue;
    for (let at = csr[starts + u]; at < csr[starts + u + 1]; at++) {
      const from = csr[rows + at] * dim;
      for (let c = 0; c < dim; c++) dE[id * dim + c] += dx[from + c];
    }
  }
}

/** y[r] = x[index[r]], zero where the index is −1. */
export function gatherRows(
  x: Float32Array,
  index: Int32Array,
  y: Float32Array,
  dim: number,
  from: number,
  to: number,
): void {
  for (let r = from; r < to; r++) {
    const source = index[r];
    if (source < 0) y.fill(0, r * dim, (r + 1) * dim);
    else y.set(x.subarray(source * dim, (source + 1) * dim), r * dim);
  }
}

/** C = bias + residual (+ C) over rows [from, to), before the product is added. */
export function initialiseProduct(
  c: Float32Array,
  bias: Float32Array | null,
  residual: Float32Array | null,
  accumulate: boolean,
  columns: number,
  stride: number,
  from: number,
  to: number,
): void {
  for (let r = from; r < to; r++) {
    const at = r * stride;
    if (!accumulate && residual === null) c.fill(0, at, at + columns);
    if (residual !== null) {
      if (accumulate) for (let j = at; j < at + columns; j++) c[j] += residual[j];
      else for (let j = at; j < at + columns; j++) c[j] = residual[j];
    }
    if (bias !== null) for (let j = 0; j < columns; j++) c[at + j] += bias[j];
  }
}

/** Rotates pairs (j, j + headDim/2) in place; direction −1 is the inverse. */
export function rope(
  x: Float32Array,
  cosSin: Float32Array,
  heads: number,
  headDim: number,
  seq: number,
  direction: 1 | -1,
  from: number,
  to: number,
): void {
  const half = headDim / 2;
  for (let r = from; r < to; r++) {
    const table = (r % seq) * headDim;
    for (let h = 0; h < heads; h++) {
      const at = (r * heads + h) * headDim;
      for (let j = 0; j < half; j++) {
        const cos = cosSin[table + 2 * j];
        const sin = cosSin[table + 2 * j + 1] * direction;
        const a = x[at + j];
        const b = x[at + half + j];
        x[at + j] = a * cos - b * sin;
        x[at + half + j] = b * cos + a * sin;
      }
    }
  }
}
