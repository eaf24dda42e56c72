import { envelopeIndices } from "./downsample.ts";
import type { SeriesBuffer } from "./seriesBuffer.ts";
import { smooth } from "./smooth.ts";

/** x, then per series its raw and its smoothed values; null where there is none to draw. */
export type ChartData = [number[], ...(number | null)[][]];

/** What a chart draws: rows that have any of the keys, smoothed in full, then thinned to fit. */
export function chartData<Name extends string>(
  buffer: SeriesBuffer<Name>,
  xKey: Name,
  keys: readonly Name[],
  options: { smoothing: number; log: boolean; maxPoints: number },
): ChartData {
  const rows = presentRows(buffer, keys);
  const x = pick(buffer.view(xKey), rows);
  const raw = keys.map((key) => pick(buffer.view(key), rows));
  const kept = envelopeIndices(raw, rows.length, options.maxPoints);
  const drawable = (value: number): number | null =>
    Number.isFinite(value) && (!options.log || value > 0) ? value : null;
  const columns = raw.flatMap((column) => {
    const smoothed = options.smoothing > 0 ? smooth(column, options.smoothing) : column;
    return [column, smoothed].map((values) => Array.from(kept, (row) => drawable(values[row])));
  });
  return [Array.from(kept, (row) => x[row]), ...columns];
}

/** The rows in which any of the keys has a value. */
export function presentRows<Name extends string>(
  buffer: SeriesBuffer<Name>,
  keys: readonly Name[],
): number[] {
  const columns = keys.map((key) => buffer.view(key));
  const rows: number[] = [];
  for (let row = 0; row < buffer.length; row++) {
    if (columns.some((column) => !Number.isNaN(column[row]))) rows.push(row);
  }
  return rows;
}

/** The rows as CSV with a header, full precision, unsmoothed. `xText` writes the first column. */
export function toCsv<Name extends string>(
  buffer: SeriesBuffer<Name>,
  xKey: Name,
  keys: readonly Name[],
  xText: (x: number) => string = String,
): string {
  const names = [xKey, ...keys];
  const columns = names.map((name) => buffer.view(name));
  const lines = presentRows(buffer, keys).map((row) =>
    columns
      .map((column, order) => {
        if (Number.isNaN(column[row])) return "";
        return order === 0 ? xText(column[row]) : String(column[row]);
      })
      .join(","),
  );
  return `${[names.join(","), ...lines].join("\n")}\n`;
}

function pick(column: Float64Array, rows: readonly number[]): Float64Array {
  return Float64Array.from(rows, (row) => column[row]);
}
