import { kernelSource, LOAD_VEC4, UNPACK } from "../../webgpu/prelude.ts";
import type { MatmulKernel, MatmulShape } from "./shape.ts";
import { finish, lines, matmulHeader, matmulMain } from "./shape.ts";

export interface RegisterTile {
  /** Block of C that one thread holds; columns a multiple of 4, rows too when A is transposed. */
  readonly threadRows: number;
  readonly threadColumns: number;
  readonly groupColumns: number;
  readonly groupRows: number;
}

/**
 * A matmul that keeps a block of C per thread in registers and reads A and B straight from memory:
 * no shared memory and no barrier, which is what software adapters like (2–3 times faster there).
 * Lengths along memory must be multiples of 4; rows and columns past the end are clamped, not stored.
 */
export function registerSource(shape: MatmulShape, tile: RegisterTile): MatmulKernel {
  const rows = tile.threadRows * tile.groupRows;
  const columns = tile.threadColumns * tile.groupColumns;
  const loop = shape.transB ? loopNT : shape.transA ? loopTN : loopNN;
  const body = `
  let row0 = tileRow * ${rows}u + local.y * ${tile.threadRows}u;
  let column0 = tileColumn * ${columns}u + local.x * ${tile.threadColumns}u;
  if (row0 >= p.M || column0 >= p.N) { return; }
  let M4 = p.M / 4u;
  let N4 = p.N / 4u;
  let K4 = p.K / 4u;
${grid(tile, (i, v) => `  var c${i}_${v} = vec4f();`)}
${loop(shape, tile)}
${grid(
  tile,
  (i, v) => `  if (row0 + ${i}u < p.M && column0 + ${4 * v}u < p.N) {
    ${finish(shape, `(row0 + ${i}u) * N4 + column0 / 4u + ${v}u`, `column0 / 4u + ${v}u`, `c${i}_${v}`)}
  }`,
)}`;
  const loader = LOAD_VEC4[shape.layout.format];
  const source =
    UNPACK +
    matmulHeader(shape, "vec4f", loader.element, "vec4f") +
    matmulMain(tile.groupColumns, tile.groupRows, body);
  return { source: kernelSource(source, true), rows, columns };
}

function grid(tile: RegisterTile, line: (i: number, v: number) => string): string {
  return lines(tile.threadRows, (i) => lines(tile.threadColumns / 4, (v) => line(i, v)));
}

/** Rows of A and rows of B along K: dot products. */
function loopNT(shape: MatmulShape, tile: RegisterTile): string {
  const { read, usesScale } = LOAD_VEC4[shape.layout.format];
  const { threadRows, threadColumns } = tile;
  return `
${lines(threadRows, (i) => `  let a${i}At = min(row0 + ${i}u, p.M - 1u) * K4;`)}
${lines(threadColumns, (j) => `  let b${j}Row = min(column0 + ${j}u, p.N - 1u); let b${j}At = b${j}Row * p.strideB;`)}
${usesScale ? lines(threadColumns, (j) => `  let s${j}At = p.scaleAt + b${j}Row * p.scaleStride;`) : ""}
  for (var k = 0u; k < K4; k++) {
${lines(threadRows, (i) => `    let a${i} = A[a${i}At + k];`)}
${lines(threadColumns / 4, (v) =>
  [
    lines(4, (j) => {
      const column = 4 * v + j;
      return `    let b${column} = ${read("B", `b${column}At + k`, `s${column}At + k / 8u`)};`;
    }),
    lines(threadRows, (i) => {
      const dots = [0, 1, 2, 3].map((j) => `dot(a${i}, b${4 * v + j})`);
      return `    c${i}_${v} += vec4f(${dots.join(", ")});`;
    }),
  ].join("\n"),
)}
  }`;
}

/** Rows of A along K, rows of B along N. */
function loopNN(shape: MatmulShape, tile: RegisterTile): string {
  const { read } = LOAD_VEC4[shape.layout.format];
  const { threadRows, threadColumns } = tile;
  return `
${lines(threadRows, (i) => `  let a${i}At = min(row0 + ${i}u, p.M - 1u) * K4;`)}
${lines(threadColumns / 4, (v) => `  let b${v}At = min(column0 / 4u + ${v}u, N4 - 1u);`)}
  for (var k = 0u; k < K4; k++) {
${lines(threadRows, (i) => `    let a${i} = A[a${i}At + k];`)}
${lines(4, (kk) =>
  lines(threadColumns / 4, (v) => {
    const row = `(k * 4u + ${kk}u)`;
    const scale = `p.scaleAt + ${row} * p.scaleStride + b${v}At / 8u`;
    return [
      `    let b${v}_${kk} = ${read("B", `b${v}At + ${row} * p.strideB`, scale)};`,
      lines(threadRows, (i) => `    c${i}_${v} += a${i}[${kk}] * b${v}_${kk};`),
    ].join("\n");
  }),
)}
  }`;
}

/** Rows of A along M, rows of B along N: outer products. */
function loopTN(shape: MatmulShape, tile: RegisterTile): string {
  const { read } = LOAD_VEC4[shape.layout.format];
  const { threadRows, threadColumns } = tile;
  return `
${lines(threadRows / 4, (v) => `  let a${v}At = min(row0 / 4u + ${v}u, M4 - 1u);`)}
${lines(threadColumns / 4, (v) => `  let b${v}At = min(column0 / 4u + ${v}u, N4 - 1u);`)}
  for (var k = 0u; k < p.K; k++) {
${lines(threadRows / 4, (v) => `    let a${v} = A[a${v}At + k * M4];`)}
${lines(threadColumns / 4, (v) => {
  const scale = `p.scaleAt + k * p.scaleStride + b${v}At / 8u`;
  return `    let b${v} = ${read("B", `b${v}At + k * p.strideB`, scale)};`;
})}
${grid(tile, (i, v) => `    c${i}_${v} += a${i >> 2}[${i & 3}] * b${v};`)}
  }`;
}
