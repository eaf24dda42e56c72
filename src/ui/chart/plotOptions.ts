import type uPlot from "uplot";
import type { Marker } from "./seriesBuffer.ts";
import { timeText, utcAsLocal } from "./timeText.ts";

export interface Threshold {
  value: number;
  label: string;
}

export interface PlotSeries {
  label: string;
  /** Number of the plot colour, 1 to 4. */
  colour: 1 | 2 | 3 | 4;
}

export interface PlotColours {
  ink: string;
  faint: string;
  grid: string;
  accent: string;
  series: readonly string[];
}

/** Resolves the theme's colours: a canvas cannot read CSS variables, an element's style can. */
export function readColours(probe: HTMLElement, series: readonly PlotSeries[]): PlotColours {
  // Under reduced motion every change is a transition, and the colour still the one before.
  probe.style.setProperty("transition", "none", "important");
  const resolve = (name: string): string => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  return {
    ink: resolve("--ink-soft"),
    faint: resolve("--ink-faint"),
    grid: resolve("--plot-grid"),
    accent: resolve("--accent"),
    series: series.map((entry) => resolve(`--plot-${entry.colour}`)),
  };
}

/** Text of a value; `step` is the distance of axis labels, which must not read the same. */
export type ValueFormat = (value: number, step?: number) => string;

export interface PlotSetup {
  width: number;
  height: number;
  series: readonly PlotSeries[];
  colours: PlotColours;
  log: boolean;
  smoothed: boolean;
  syncKey: string | null;
  /** Name of an x axis of Unix seconds; null where x counts something. */
  timeLabel: string | null;
  format: ValueFormat;
  markers: () => readonly Marker[];
  thresholds: readonly Threshold[];
  onCursor: (index: number | null) => void;
}

export function plotOptions(setup: PlotSetup): uPlot.Options {
  const { colours, series, log, smoothed, thresholds } = setup;
  const font = '11px "Inter Variable", system-ui, sans-serif';
  const axis = { stroke: colours.faint, font, ticks: { show: false } };
  const lines = series.flatMap((entry, index): uPlot.Series[] => {
    const stroke = colours.series[index];
    const raw: uPlot.Series = {
      label: `${entry.label}, raw`,
      stroke: `color-mix(in srgb, ${stroke} 32%, transparent)`,
      width: 1,
      show: smoothed,
      points: { show: false },
      spanGaps: true,
    };
    return [raw, { label: entry.label, stroke, width: 1.75, spanGaps: true, points: dots(stroke) }];
  });
  return {
    width: setup.width,
    height: setup.height,
    padding: [8, 10, 0, 0],
    legend: { show: false },
    tzDate: utcAsLocal,
    cursor: {
      y: false,
      drag: { x: false, y: false },
      points: { size: 6 },
      ...(setup.syncKey === null ? {} : { sync: { key: setup.syncKey, scales: ["x", null] } }),
    },
    scales: {
      x: setup.timeLabel === null ? { time: false } : { time: true, range: timeRange },
      y: {
        // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- a const enum of a declaration file cannot be imported
        distr: log ? 3 : 1,
        ...(thresholds.length === 0 ? {} : { range: rangeWith(thresholds) }),
      },
    },
    axes: [
      { ...axis, size: 26, grid: { show: false }, ...timeAxis(setup.timeLabel, font) },
      {
        ...axis,
        size: 50,
        grid: { stroke: colours.grid, width: 1 },
        values: (_plot, splits, _axis, _space, step) =>
          splits.map((v) => (v === null ? "" : setup.format(v, log ? undefined : step))),
      },
    ],
    series: [{}, ...lines],
    hooks: {
      setCursor: [(plot) => setup.onCursor(plot.cursor.idx ?? null)],
      draw: [(plot) => drawMarks(plot, setup)],
    },
  };
}

function timeAxis(label: string | null, font: string): uPlot.Axis {
  if (label === null) return {};
  return {
    label,
    labelSize: 18,
    labelGap: 2,
    labelFont: font,
    space: 96,
    values: (_plot, splits, _axis, _space, step) => splits.map((at) => timeText(at, step)),
  };
}

/** All of it, and two minutes at least: uPlot would stretch one moment over years. */
function timeRange({ data: [times] }: uPlot, from: number, to: number): uPlot.Range.MinMax {
  const first = times.length === 0 ? from : times[0];
  const last = times.at(-1) ?? to;
  const room = Math.max(0, 120 - (last - first)) / 2;
  return [first - room, last + room];
}

/** Few points would be invisible as a line alone. */
function dots(stroke: string): uPlot.Series.Points {
  return { show: (plot) => plot.data[0].length <= 40, size: 4, fill: stroke, width: 0 };
}

function rangeWith(thresholds: readonly Threshold[]): uPlot.Range.Function {
  const values = thresholds.map((threshold) => threshold.value);
  return (_plot, low, high) => {
    const min = Math.min(low ?? 0, 0);
    const max = Math.max(high ?? 0, ...values);
    const room = (max - min) * 0.08;
    return [min - (min < 0 ? room : 0), max + room];
  };
}

function drawMarks(plot: uPlot, setup: PlotSetup): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.font = `${11 * ratio}px "Inter Variable", system-ui, sans-serif`;
  ctx.lineWidth = ratio;
  for (const [order, threshold] of setup.thresholds.entries()) {
    const y = plot.valToPos(threshold.value, "y", true);
    if (y < bbox.top || y > bbox.top + bbox.height) continue;
    ctx.strokeStyle = setup.colours.faint;
    ctx.fillStyle = setup.colours.ink;
    ctx.setLineDash([5 * ratio, 4 * ratio]);
    line(ctx, bbox.left, y, bbox.left + bbox.width, y);
    // Above its line, then below the next, so that two close thresholds stay legible.
    ctx.textAlign = "left";
    const above = order % 2 === 0;
    ctx.fillText(threshold.label, bbox.left + 6 * ratio, y + (above ? -5 : 13) * ratio);
  }
  for (const marker of setup.markers()) {
    const x = plot.valToPos(marker.x, "x", true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    if (marker.kind === "evaluation") {
      ctx.strokeStyle = setup.colours.faint;
      ctx.setLineDash([]);
      const bottom = bbox.top + bbox.height;
      line(ctx, x, bottom - 5 * ratio, x, bottom);
    } else {
      ctx.strokeStyle = setup.colours.accent;
      ctx.fillStyle = setup.colours.accent;
      ctx.setLineDash([3 * ratio, 3 * ratio]);
      line(ctx, x, bbox.top, x, bbox.top + bbox.height);
      ctx.textAlign = x > bbox.left + bbox.width * 0.75 ? "right" : "left";
      const shift = ctx.textAlign === "left" ? 4 : -4;
      ctx.fillText(marker.label, x + shift * ratio, bbox.top + 11 * ratio);
    }
  }
  ctx.restore();
}

function line(
  ctx: CanvasRenderingContext2D,
  fromX: number,
  fromY: number,
  toX: number,
  toY: number,
): void {
  ctx.beginPath();
  ctx.moveTo(fromX, fromY);
  ctx.lineTo(toX, toY);
  ctx.stroke();
}
