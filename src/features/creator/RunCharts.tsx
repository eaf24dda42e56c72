import { useSyncExternalStore } from "react";
import type { ReactNode } from "react";
import { formatCount, formatPercent } from "@/lib/format.ts";
import { LineChart } from "@/ui/chart/LineChart.tsx";
import type { ChartSeries } from "@/ui/chart/LineChart.tsx";
import { ChartGrid, SmoothingControl } from "@/ui/chart/SmoothingControl.tsx";
import { usePreferences } from "../shared/preferences.ts";
import styles from "./creator.module.css";
import { runMetrics } from "./feeds.ts";
import type { MetricName } from "./feeds.ts";
import type { ValueFormat } from "@/ui/chart/plotOptions.ts";

interface ChartEntry {
  title: string;
  series: readonly ChartSeries<MetricName>[];
  format: ValueFormat;
  log?: boolean;
  /** Values of evaluation steps are few and already means; smoothing them would mislead. */
  smoothed?: boolean;
}

/** Three significant digits, or as many decimals as the axis needs. */
const short: ValueFormat = (value, step) => {
  const size = Math.abs(value);
  if (value === 0) return "0";
  if (size < 0.01 || size >= 10_000) return value.toExponential(1);
  if (step === undefined) return String(Number(value.toPrecision(3)));
  return value.toFixed(decimals(step));
};

const percent: ValueFormat = (value, step) =>
  formatPercent(value, step === undefined ? 0 : Math.max(0, decimals(step) - 2));

function decimals(step: number): number {
  return Math.min(6, Math.max(0, -Math.floor(Math.log10(step))));
}

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
    format: percent,
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
    format: (value) => formatCount(value),
    smoothed: true,
  },
];

const hasMetrics = (): boolean => runMetrics.length > 0;

/** All curves of a run under one cursor. */
export function RunCharts(): ReactNode {
  const any = useSyncExternalStore(runMetrics.subscribe, hasMetrics);
  const smoothing = usePreferences((state) => state.smoothing);
  const set = usePreferences((state) => state.set);
  if (!any) return null;
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
