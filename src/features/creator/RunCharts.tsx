import type { ReactNode } from "react";
import { formatCount, formatPercent } from "@/lib/format.ts";
import { LineChart } from "@/ui/chart/LineChart.tsx";
import type { ChartSeries } from "@/ui/chart/LineChart.tsx";
import { ChartGrid, SmoothingControl } from "@/ui/chart/SmoothingControl.tsx";
import { usePreferences } from "../shared/preferences.ts";
import styles from "./creator.module.css";
import { runMetrics } from "./feeds.ts";
import type { MetricName } from "./feeds.ts";

interface ChartEntry {
  title: string;
  series: readonly ChartSeries<MetricName>[];
  format: (value: number) => string;
  log?: boolean;
  /** Values of evaluation steps are few and already means; smoothing them would mislead. */
  smoothed?: boolean;
}

const short = (value: number): string =>
  value !== 0 && (Math.abs(value) < 0.01 || Math.abs(value) >= 10_000)
    ? value.toExponential(1)
    : String(Number(value.toPrecision(3)));

const CHARTS: readonly ChartEntry[] = [
  {
    title: "Loss",
    series: [{ key: "loss", label: "Loss", colour: 1 }],
    format: short,
    log: true,
    smoothed: true,
  },
  {
    title: "Fingerprint success",
    series: [{ key: "fsr", label: "FSR", colour: 2 }],
    format: (value) => formatPercent(value, 0),
  },
  {
    title: "Margin",
    series: [
      { key: "marginMean", label: "mean", colour: 1 },
      { key: "marginMin", label: "min", colour: 4 },
    ],
    format: short,
  },
  {
    title: "Held-out perplexity",
    series: [{ key: "heldOutPerplexity", label: "Perplexity", colour: 3 }],
    format: short,
  },
  {
    title: "Gradient norm",
    series: [{ key: "gradNorm", label: "Norm", colour: 1 }],
    format: short,
    smoothed: true,
  },
  {
    title: "Learning rate",
    series: [{ key: "learningRate", label: "Rate", colour: 2 }],
    format: short,
  },
  {
    title: "Tokens per second",
    series: [{ key: "tokensPerSecond", label: "Tokens/s", colour: 3 }],
    format: formatCount,
    smoothed: true,
  },
];

/** All curves of a run under one cursor. */
export function RunCharts(): ReactNode {
  const smoothing = usePreferences((state) => state.smoothing);
  const set = usePreferences((state) => state.set);
  return (
    <section className={styles.stack} aria-label="Charts">
      <div className={styles.toolbar}>
        <span className={styles.footNote}>
          Small ticks are evaluation steps; a dashed line is where a run was taken up again.
        </span>
        <SmoothingControl value={smoothing} onChange={(value) => set({ smoothing: value })} />
      </div>
      <ChartGrid>
        {CHARTS.map((chart) => (
          <LineChart
            key={chart.title}
            title={chart.title}
            buffer={runMetrics}
            xKey="step"
            xLabel="Step"
            series={chart.series}
            format={chart.format}
            log={chart.log ?? false}
            smoothing={chart.smoothed ? smoothing : 0}
            syncKey="run"
          />
        ))}
      </ChartGrid>
    </section>
  );
}
