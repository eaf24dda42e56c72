import type { KeyAttempt, StepMetrics } from "@/rpc/protocols.ts";
import { ListFeed } from "@/ui/feed.ts";
import { SeriesBuffer } from "@/ui/chart/seriesBuffer.ts";

export const METRIC_NAMES = [
  "step",
  "loss",
  "fsr",
  "marginMin",
  "marginMean",
  "heldOutPerplexity",
  "gradNorm",
  "learningRate",
  "tokensPerSecond",
  "log10E",
  "elapsedMs",
  "etaMs",
] as const;

export type MetricName = (typeof METRIC_NAMES)[number];

/** The run's numbers, outside React. */
export const runMetrics = new SeriesBuffer<MetricName>(METRIC_NAMES);

/** Attempts at keys. Shown, never logged or stored by the page. */
export const keyAttempts = new ListFeed<KeyAttempt>();

export function pushMetrics(metrics: StepMetrics): void {
  const last = runMetrics.last("step");
  // A resumed run does its last steps again.
  if (last !== null && metrics.step <= last) runMetrics.truncateFrom("step", metrics.step);
  runMetrics.push({
    step: metrics.step,
    loss: metrics.loss,
    gradNorm: metrics.gradNorm,
    learningRate: metrics.learningRate,
    tokensPerSecond: metrics.tokensPerSecond,
    elapsedMs: metrics.elapsedMs,
    fsr: metrics.fsr ?? Number.NaN,
    marginMin: metrics.margin?.min ?? Number.NaN,
    marginMean: metrics.margin?.mean ?? Number.NaN,
    heldOutPerplexity: metrics.heldOutPerplexity ?? Number.NaN,
    log10E: metrics.log10E ?? Number.NaN,
    etaMs: metrics.etaMs ?? Number.NaN,
  });
  if (metrics.fsr !== undefined || metrics.heldOutPerplexity !== undefined) {
    runMetrics.mark({ x: metrics.step, kind: "evaluation", label: "" });
  }
}

export function clearFeeds(): void {
  runMetrics.clear();
  keyAttempts.clear();
}
