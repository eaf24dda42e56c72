import { Download, Table2 } from "lucide-react";
import { useEffect, useId, useMemo, useRef, useState } from "react";
import type { ReactNode } from "react";
import { DataTable } from "../DataTable.tsx";
import { downloadText } from "../download.ts";
import { IconButton } from "../IconButton.tsx";
import { useFeed } from "../useFeed.ts";
import styles from "./chart.module.css";
import { presentRows, toCsv } from "./chartData.ts";
import { mountLivePlot } from "./livePlot.ts";
import type { PlotSeries, Threshold, ValueFormat } from "./plotOptions.ts";
import type { SeriesBuffer } from "./seriesBuffer.ts";
import { LogIcon } from "./LogIcon.tsx";
import { fullTimeText } from "./timeText.ts";

const SUMMARY_EVERY_MS = 10_000;
const NO_THRESHOLDS: readonly Threshold[] = [];

export interface ChartSeries<Name extends string> extends PlotSeries {
  key: Name;
}

export interface LineChartProps<Name extends string> {
  title: string;
  buffer: SeriesBuffer<Name>;
  xKey: Name;
  xLabel: string;
  /** Whether x is Unix seconds, which are then shown as times of UTC under the axis' name. */
  xIsTime?: boolean;
  series: readonly ChartSeries<Name>[];
  format: ValueFormat;
  /** 0 to 0.999; the raw line stays, faint, behind the smoothed one. */
  smoothing?: number;
  log?: boolean;
  /** Charts with the same key share their cursor. */
  syncKey?: string;
  thresholds?: readonly Threshold[];
  height?: number;
}

export function LineChart<Name extends string>(props: LineChartProps<Name>): ReactNode {
  const { title, buffer, xKey, xLabel, series, format, smoothing = 0, height = 168 } = props;
  const { syncKey = null, thresholds = NO_THRESHOLDS, xIsTime = false } = props;
  const timeLabel = xIsTime ? xLabel : null;
  const [log, setLog] = useState(props.log ?? false);
  const [asTable, setAsTable] = useState(false);
  const figureRef = useRef<HTMLElement>(null);
  const hostRef = useRef<HTMLDivElement>(null);
  const probeRef = useRef<HTMLSpanElement>(null);
  const outputs = useRef(new Map<Name, HTMLOutputElement>());
  const titleId = useId();
  const keys = useMemo(() => series.map((entry) => entry.key), [series]);

  useEffect(() => {
    const host = hostRef.current;
    const probe = probeRef.current;
    if (host === null || probe === null || asTable) return undefined;
    return mountLivePlot({
      host,
      probe,
      buffer,
      xKey,
      keys,
      series,
      format,
      smoothing,
      log,
      syncKey,
      thresholds,
      timeLabel,
      height,
      onValues: (values) => {
        keys.forEach((key, order) => {
          const output = outputs.current.get(key);
          const value = values[order];
          if (output) output.textContent = value === null ? "–" : format(value);
        });
      },
      onColours: (colours) => {
        figureRef.current
          ?.querySelectorAll<HTMLElement>("[data-swatch]")
          .forEach((swatch, order) => (swatch.style.background = colours[order]));
      },
    });
  }, [
    buffer,
    xKey,
    keys,
    series,
    format,
    smoothing,
    log,
    syncKey,
    thresholds,
    timeLabel,
    height,
    asTable,
  ]);

  return (
    <figure ref={figureRef} className={styles.chart} aria-labelledby={titleId}>
      <figcaption className={styles.head}>
        <h3 id={titleId}>{title}</h3>
        <div className={styles.values} aria-hidden>
          {series.map((entry) => (
            <span key={entry.key} className={styles.value}>
              {series.length > 1 && <i className={styles.swatch} data-swatch />}
              {series.length > 1 && entry.label}
              <output
                ref={(element) => {
                  if (element) outputs.current.set(entry.key, element);
                }}
              />
            </span>
          ))}
        </div>
        <div className={styles.tools}>
          <IconButton
            size="small"
            label={`Logarithmic axis: ${title}`}
            icon={<LogIcon />}
            aria-pressed={log}
            onClick={() => setLog(!log)}
          />
          <IconButton
            size="small"
            label={`View as table: ${title}`}
            icon={<Table2 />}
            aria-pressed={asTable}
            onClick={() => setAsTable(!asTable)}
          />
          <IconButton
            size="small"
            label={`Download CSV: ${title}`}
            icon={<Download />}
            onClick={() =>
              downloadText(
                `${title.toLowerCase().replaceAll(/\W+/g, "-")}.csv`,
                toCsv(buffer, xKey, keys, xIsTime ? fullTimeText : String),
                "text/csv",
              )
            }
          />
        </div>
      </figcaption>
      <span ref={probeRef} className={styles.probe} aria-hidden />
      {asTable ? (
        <ChartTable {...{ buffer, xKey, xLabel, xIsTime, series, format, title, height }} />
      ) : (
        <PlotHost {...{ buffer, keys, series, format, title, hostRef }} />
      )}
    </figure>
  );
}

function PlotHost<Name extends string>({
  buffer,
  keys,
  series,
  format,
  title,
  hostRef,
}: Pick<LineChartProps<Name>, "buffer" | "series" | "format" | "title"> & {
  keys: readonly Name[];
  hostRef: React.RefObject<HTMLDivElement | null>;
}): ReactNode {
  const describe = (): string => summary(buffer, series, format, title);
  const [text, setText] = useState(describe);
  const [empty, setEmpty] = useState(true);
  useEffect(() => {
    const look = (): void => setEmpty(keys.every((key) => buffer.last(key) === null));
    look();
    return buffer.subscribe(look);
  }, [buffer, keys]);
  useEffect(() => {
    const timer = setInterval(
      () => setText(summary(buffer, series, format, title)),
      SUMMARY_EVERY_MS,
    );
    return () => clearInterval(timer);
  }, [buffer, series, format, title]);
  return (
    <div className={styles.plot} role="img" aria-label={empty ? `${title}: no values yet` : text}>
      <div ref={hostRef} />
      {empty && <div className={styles.waiting}>No values yet</div>}
    </div>
  );
}

function summary<Name extends string>(
  buffer: SeriesBuffer<Name>,
  series: readonly ChartSeries<Name>[],
  format: ValueFormat,
  title: string,
): string {
  const parts = series.map(({ key, label }) => {
    const values = buffer.view(key).filter((value) => Number.isFinite(value));
    if (values.length === 0) return `${label}: no values yet`;
    let low = values[0];
    let high = values[0];
    for (const value of values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    const last = values[values.length - 1];
    return `${label} now ${format(last)}, from ${format(values[0])}, lowest ${format(low)}, highest ${format(high)}, ${values.length} points`;
  });
  return `${title}. ${parts.join(". ")}.`;
}

function ChartTable<Name extends string>({
  buffer,
  xKey,
  xLabel,
  xIsTime,
  series,
  format,
  title,
  height,
}: Pick<LineChartProps<Name>, "buffer" | "xKey" | "xLabel" | "series" | "format" | "title"> & {
  xIsTime: boolean;
  height: number;
}): ReactNode {
  useFeed(buffer);
  const x = buffer.view(xKey);
  const rows = presentRows(
    buffer,
    series.map((entry) => entry.key),
  );
  return (
    <DataTable
      caption={`${title} by ${xLabel.toLowerCase()}`}
      rows={rows}
      rowKey={(row) => row}
      maxHeight={height}
      columns={[
        {
          key: "x",
          header: xLabel,
          align: "end",
          render: (row) => (xIsTime ? fullTimeText(x[row]) : x[row]),
        },
        ...series.map((entry) => ({
          key: entry.key,
          header: entry.label,
          align: "end" as const,
          render: (row: number) => {
            const value = buffer.view(entry.key)[row];
            return Number.isNaN(value) ? "–" : format(value);
          },
        })),
      ]}
    />
  );
}
