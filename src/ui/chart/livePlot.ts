import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { chartData } from "./chartData.ts";
import type { ChartData } from "./chartData.ts";
import { dropDraw, queueDraw } from "./drawQueue.ts";
import { onThemeChange } from "./onThemeChange.ts";
import { plotOptions, readColours } from "./plotOptions.ts";
import type { PlotSeries, Threshold, ValueFormat } from "./plotOptions.ts";
import type { SeriesBuffer } from "./seriesBuffer.ts";

const MAX_POINTS = 1500;
/** How often a chart out of sight is brought up to date. */
const HIDDEN_EVERY_MS = 2000;

export interface LivePlotOptions<Name extends string> {
  host: HTMLElement;
  /** Any element of the page whose style may be used to resolve colours. */
  probe: HTMLElement;
  buffer: SeriesBuffer<Name>;
  xKey: Name;
  keys: readonly Name[];
  series: readonly PlotSeries[];
  format: ValueFormat;
  smoothing: number;
  log: boolean;
  syncKey: string | null;
  thresholds: readonly Threshold[];
  timeLabel: string | null;
  height: number;
  /** Values under the cursor, or the newest ones. */
  onValues: (values: readonly (number | null)[]) => void;
  onColours: (colours: readonly string[]) => void;
}

/**
 * Draws a buffer and follows it: on new rows, in a new theme, at another width. Out of
 * sight it is drawn seldom. Returns what takes it down.
 */
export function mountLivePlot<Name extends string>(options: LivePlotOptions<Name>): () => void {
  const { host, probe, buffer, keys, height } = options;
  let plot: uPlot | null = null;
  let current: ChartData = [[]];
  let visible = false;
  let drawnMs = 0;
  let stale = true;
  let index: number | null = null;

  const showValues = (): void => {
    options.onValues(
      keys.map((key, order) =>
        index === null ? buffer.last(key) : (current[1 + order * 2]?.[index] ?? null),
      ),
    );
  };
  const build = (): uPlot => {
    const colours = readColours(probe, options.series);
    options.onColours(colours.series);
    const { series, format, log, smoothing, syncKey, thresholds, timeLabel } = options;
    return new uPlot(
      plotOptions({
        width: host.clientWidth || 320,
        height,
        series,
        colours,
        log,
        smoothed: smoothing > 0,
        syncKey,
        timeLabel,
        format,
        markers: () => buffer.markers,
        thresholds,
        onCursor: (at) => {
          index = at;
          showValues();
        },
      }),
      current,
      host,
    );
  };
  const draw = (): void => {
    drawnMs = performance.now();
    if (stale) {
      const { xKey, smoothing, log } = options;
      current = chartData(buffer, xKey, keys, { smoothing, log, maxPoints: MAX_POINTS });
    }
    if (plot === null) plot = build();
    else if (stale) plot.setData(current);
    stale = false;
    showValues();
  };
  const rebuild = (): void => {
    plot?.destroy();
    plot = null;
    queueDraw(host, draw);
  };

  host.style.minHeight = `${height}px`;
  showValues();
  queueDraw(host, draw);
  const stopData = buffer.subscribe(() => {
    stale = true;
    if (visible || performance.now() - drawnMs > HIDDEN_EVERY_MS) queueDraw(host, draw);
  });
  const stopTheme = onThemeChange(rebuild);
  const sight = new IntersectionObserver(
    (entries) => {
      visible = entries.some((entry) => entry.isIntersecting);
      if (visible && stale) queueDraw(host, draw);
    },
    { rootMargin: "200px" },
  );
  sight.observe(host);
  const size = new ResizeObserver(() => {
    const width = host.clientWidth;
    if (plot !== null && width > 0 && width !== plot.width) plot.setSize({ width, height });
  });
  size.observe(host);
  return () => {
    stopData();
    stopTheme();
    sight.disconnect();
    size.disconnect();
    dropDraw(host);
    plot?.destroy();
  };
}
