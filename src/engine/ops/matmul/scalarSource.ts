import { kernelSource, LOAD_SCALAR, UNPACK } from "../../webgpu/prelude.ts";
import type { MatmulKernel, MatmulShape } from "./shape.ts";
import { finish, lines, matmulHeader, matmulMain } from "./shape.ts";

const THREAD = 4;
const GROUP = 8;

/** A matmul for any lengths: a 4×4 block of C per thread, read one value at a time. */
export function scalarSource(shape: MatmulShape): MatmulKernel {
  const { read } = LOAD_SCALAR[shape.layout.format];
  const rows = THREAD * GROUP;
  const body = `
  let row0 = tileRow * ${rows}u + local.y * ${THREAD}u;
  let column0 = tileColumn * ${rows}u + local.x * ${THREAD}u;
  if (row0 >= p.M || column0 >= p.N) { return; }
${lines(THREAD, (i) => `  let m${i} = min(row0 + ${i}u, p.M - 1u); let n${i} = min(column0 + ${i}u, p.N - 1u);`)}
${block((i, j) => `  var c${i}_${j} = 0.0;`)}
  for (var k = 0u; k < p.K; k++) {
${lines(THREAD, (i) => `    let a${i} = A[${shape.transA ? `k * p.M + m${i}` : `m${i} * p.K + k`}];`)}
${lines(THREAD, (j) => {
  const [row, column] = shape.transB ? [`n${j}`, "k"] : ["k", `n${j}`];
  const scale = `p.scaleAt + ${row} * p.scaleStride + ${column} / 32u`;
  return `    let b${j} = ${read("B", `${row} * p.strideB + ${column}`, scale)};`;
})}
${block((i, j) => `    c${i}_${j} += a${i} * b${j};`)}
  }
${block(
  (i, j) => `  if (row0 + ${i}u < p.M && column0 + ${j}u < p.N) {
    ${finish(shape, `m${i} * p.N + n${j}`, `n${j}`, `c${i}_${j}`)}
  }`,
)}`;
  const header = matmulHeader(shape, "f32", LOAD_SCALAR[shape.layout.format].element, "f32");
  const source = kernelSource(UNPACK + header + matmulMain(GROUP, GROUP, body), false);
  return { source, rows, columns: rows };
}

function block(line: (i: number, j: number) => string): string {
  return lines(THREAD, (i) => lines(THREAD, (j) => line(i, j)));
}
