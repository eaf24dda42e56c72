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

/** db[c] += Σ_r dy[r, c]. */
export function biasGrad(dy: Float32Array, db: Float32Array, rows: number, dim: number): void {
  for (let r = 0; r < rows; r++) {
    for (let c = 0, at = r * dim; c < dim; c++, at++) db[c] += dy[at];
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

/** y += x over [from, to). */
export function add(x: Float32Array, y: Float32Array, from: number, to: number): void {
  for (let i = from; i < to; i++) y[i] += x[i];
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

/** y = silu(gate)·up over [from, to). */
export function swiglu(
  gate: Float32Array,
  up: Float32Array,
  y: Float32Array,
  from: number,
  to: number,
): void {
  for (let i = from; i < to; i++) y[i] = (gate[i] / (1 + Math.exp(-gate[i]))) * up[i];
}

/** gate and up become their gradients over [from, to). */
export function swigluGrad(
  dy: Float32Array,
  gate: Float32Array,
  up: Float32Array,
  from: number,
  to: number,
): void {
  for (let i = from; i < to; i++) {
    const g = gate[i];
    const s = 1 / (1 + Math.exp(-g));
    const d = dy[i];
    gate[i] = d * up[i] * s * (1 + g * (1 - s));
    up[i] = d * g * s;
  }
}
