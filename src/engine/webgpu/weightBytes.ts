import type { ParameterSpec } from "../tape/ir.ts";
import { BLOCK, packBf16, packQ8, q8RowBytes, unpackBf16, unpackQ8Row } from "../cpu/quantise.ts";
import { alignUp } from "./bytes.ts";
import type { WeightLayout } from "./launch.ts";

/** A parameter as bytes in its format. */
export interface PackedShape {
  readonly rows: number;
  readonly columns: number;
  readonly sizeBytes: number;
  readonly layout: WeightLayout;
}

/** Rows are all dimensions but the last. */
export function packedShape(spec: ParameterSpec): PackedShape {
  const columns = spec.shape.at(-1) ?? 1;
  const count = spec.shape.reduce((product, size) => product * size, 1);
  const rows = count / columns;
  if (spec.trainable || spec.format === "f32") {
    const layout = { format: "f32", rowLength: columns, scaleAt: 0, scaleStride: 0 } as const;
    return { rows, columns, sizeBytes: count * 4, layout };
  }
  if (spec.format === "bf16") {
    const layout = { format: "bf16", rowLength: columns, scaleAt: 0, scaleStride: 0 } as const;
    return { rows, columns, sizeBytes: alignUp(count * 2, 4), layout };
  }
  const rowLength = q8RowBytes(columns);
  const scaleStride = rowLength / BLOCK;
  return {
    rows,
    columns,
    sizeBytes: rows * (rowLength + scaleStride * 4),
    layout: { format: "q8", rowLength, scaleAt: (rows * rowLength) / 4, scaleStride },
  };
}

/** f32 values in the parameter's format, as words to upload. */
export function packWeights(shape: PackedShape, values: Float32Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(shape.sizeBytes);
  const { rows, columns, layout } = shape;
  if (layout.format === "f32") new Float32Array(bytes.buffer).set(values);
  else if (layout.format === "bf16")
    packBf16(values, new Uint16Array(bytes.buffer, 0, rows * columns));
  else packQ8(values, columns, ...q8Parts(shape, bytes.buffer));
  return bytes;
}

/** The f32 values that the bytes stand for. */
export function unpackWeights(shape: PackedShape, bytes: ArrayBuffer): Float32Array {
  const { rows, columns, layout } = shape;
  const values = new Float32Array(rows * columns);
  if (layout.format === "f32") values.set(new Float32Array(bytes, 0, values.length));
  else if (layout.format === "bf16") unpackBf16(new Uint16Array(bytes, 0, values.length), values);
  else {
    const [packed, scales] = q8Parts(shape, bytes);
    for (let row = 0; row < rows; row++) {
      unpackQ8Row(packed, scales, columns, row, values, row * columns);
    }
  }
  return values;
}

function q8Parts(
  { rows, layout }: PackedShape,
  bytes: ArrayBuffer,
): [packed: Int8Array<ArrayBuffer>, scales: Float32Array<ArrayBuffer>] {
  const scales = new Float32Array(bytes, layout.scaleAt * 4, rows * layout.scaleStride);
  return [new Int8Array(bytes, 0, rows * layout.rowLength), scales];
}
