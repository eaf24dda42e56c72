import { kernelSource, LOAD_VEC4, UNPACK } from "../../webgpu/prelude.ts";
import type { MatmulKernel, MatmulShape } from "./shape.ts";
import { finish, lines, matmulHeader, matmulMain } from "./shape.ts";

const TILE = 64;
const GROUP = 16;
/** Depth of a tile in K. */
const DEPTH = 16;
/** A tile row along K: 4 vectors and one of padding, so that neighbouring rows use other banks. */
const ROW = DEPTH / 4 + 1;

/**
 * A matmul over 64×64 blocks of C with tiles of A and B in workgroup memory (at most 10 KiB), 4×4
 * values a thread: what graphics cards like. Tiles are stored as whole vectors, since some compilers
 * turn the store of one component into a racing read-modify-write of the vector.
 */
export function sharedSource(shape: MatmulShape): MatmulKernel {
  const { transA, transB } = shape;
  const loader = LOAD_VEC4[shape.layout.format];
  const aSize = transA ? DEPTH * GROUP : TILE * ROW;
  const bSize = transB ? TILE * ROW : DEPTH * GROUP;
  const body = `
  let row0 = tileRow * ${TILE}u;
  let column0 = tileColumn * ${TILE}u;
  let M4 = p.M / 4u;
  let N4 = p.N / 4u;
  let K4 = p.K / 4u;
  // This thread's vector of a tile that lies along K, and of one that lies across it.
  let along = vec2u(thread / ${DEPTH / 4}u, thread % ${DEPTH / 4}u);
  let across = vec2u(thread / ${GROUP}u, thread % ${GROUP}u);
${transB ? lines(4, (i) => lines(4, (j) => `  var c${i}_${j} = 0.0;`)) : lines(4, (i) => `  var c${i} = vec4f();`)}
  for (var k0 = 0u; k0 < p.K; k0 += ${DEPTH}u) {
    var a = vec4f();
    ${transA ? loadAcross("A", "row0", "M4", "M4", (at) => `A[${at}]`) : loadAlong("A", "row0", "p.M", "K4", (at) => `A[${at}]`)}
    var b = vec4f();
    ${loadB(shape)}
    ${transA ? `tileA[thread] = a;` : `tileA[along.x * ${ROW}u + along.y] = a;`}
    ${transB ? `tileB[along.x * ${ROW}u + along.y] = b;` : `tileB[thread] = b;`}
    workgroupBarrier();
${transB ? innerNT() : transA ? innerTN() : innerNN()}
    workgroupBarrier();
  }
${transB ? storeScalars(shape) : storeVectors(shape)}`;
  const element = transB ? "f32" : "vec4f";
  const tiles = `
var<workgroup> tileA: array<vec4f, ${aSize}>;
var<workgroup> tileB: array<vec4f, ${bSize}>;
`;
  const source =
    UNPACK +
    tiles +
    matmulHeader(shape, "vec4f", loader.element, element) +
    matmulMain(GROUP, GROUP, body);
  return { source: kernelSource(source, true), rows: TILE, columns: TILE };
}

/** Loads `along`'s vector of a matrix whose rows lie along K; zero past the end of K. */
function loadAlong(
  name: string,
  first: string,
  count: string,
  stride: string,
  read: (at: string, row: string, k: string) => string,
): string {
  const row = `${name}row`;
  return `let ${row} = min(${first} + along.x, ${count} - 1u);
    let ${name}k = k0 / 4u + along.y;
    if (${name}k < K4) { ${name.toLowerCase()} = ${read(`${row} * ${stride} + ${name}k`, row, `${name}k`)}; }`;
}

/** Loads `across`'s vector of a matrix whose rows are numbered by K; zero past the end of K. */
function loadAcross(
  name: string,
  first: string,
  count: string,
  stride: string,
  read: (at: string, k: string, column: string) => string,
): string {
  const column = `${name}column`;
  return `let ${column} = min(${first} / 4u + across.y, ${count} - 1u);
    let ${name}k = k0 + across.x;
    if (${name}k < p.K) { ${name.toLowerCase()} = ${read(`${name}k * ${stride} + ${column}`, `${name}k`, column)}; }`;
}

function loadB(shape: MatmulShape): string {
  const { read } = LOAD_VEC4[shape.layout.format];
  const scaled = (at: string, row: string, vector: string) =>
    read("B", at, `p.scaleAt + ${row} * p.scaleStride + ${vector} / 8u`);
  return shape.transB
    ? loadAlong("B", "column0", "p.N", "p.strideB", scaled)
    : loadAcross("B", "column0", "N4", "p.strideB", scaled);
}

/** Thread (x, y) makes rows y + 16·i and columns x + 16·j. */
function innerNT(): string {
  return `    for (var k = 0u; k < ${DEPTH / 4}u; k++) {
${lines(4, (i) => `      let a${i} = tileA[(local.y + ${GROUP * i}u) * ${ROW}u + k];`)}
${lines(4, (j) => `      let b${j} = tileB[(local.x + ${GROUP * j}u) * ${ROW}u + k];`)}
${lines(4, (i) => lines(4, (j) => `      c${i}_${j} += dot(a${i}, b${j});`))}
    }`;
}

/** Thread (x, y) makes rows y + 16·i and columns 4·x … 4·x + 3. */
function innerNN(): string {
  return `    for (var k = 0u; k < ${DEPTH / 4}u; k++) {
${lines(4, (i) => `      let a${i} = tileA[(local.y + ${GROUP * i}u) * ${ROW}u + k];`)}
${lines(4, (kk) =>
  [
    `      let b${kk} = tileB[(4u * k + ${kk}u) * ${GROUP}u + local.x];`,
    lines(4, (i) => `      c${i} += a${i}[${kk}] * b${kk};`),
  ].join("\n"),
)}
    }`;
}

/** Thread (x, y) makes rows 4·y … 4·y + 3 and columns 4·x … 4·x + 3. */
function innerTN(): string {
  return `    for (var k = 0u; k < ${DEPTH}u; k++) {
      let ak = tileA[k * ${GROUP}u + local.y];
      let bk = tileB[k * ${GROUP}u + local.x];
${lines(4, (i) => `      c${i} += ak[${i}] * bk;`)}
    }`;
}

function storeScalars(shape: MatmulShape): string {
  return lines(4, (i) =>
    lines(
      4,
      (j) => `  {
    let row = row0 + local.y + ${GROUP * i}u;
    let column = column0 + local.x + ${GROUP * j}u;
    if (row < p.M && column < p.N) { ${finish(shape, "row * p.N + column", "column", `c${i}_${j}`)} }
  }`,
    ),
  );
}

function storeVectors(shape: MatmulShape): string {
  const rowOf = (i: number) =>
    shape.transA ? `row0 + 4u * local.y + ${i}u` : `row0 + local.y + ${GROUP * i}u`;
  return lines(
    4,
    (i) => `  {
    let row = ${rowOf(i)};
    let column = column0 / 4u + local.x;
    if (row < p.M && column < N4) { ${finish(shape, "row * N4 + column", "column", `c${i}`)} }
  }`,
  );
}
