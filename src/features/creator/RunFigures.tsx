import { useEffect, useState } from "react";
import type { ReactNode } from "react";
import { formatDuration, formatNumber, formatPercent } from "@/lib/format.ts";
import { Stats } from "@/ui/Stat.tsx";
import { useFeed } from "@/ui/useFeed.ts";
import { deviceName } from "../shared/describe.ts";
import { runMetrics } from "./feeds.ts";
import { isActive, useCreator } from "./store.ts";

const ANNOUNCE_EVERY_MS = 10_000;

/** The newest numbers in words; they change at most ten times a second. */
export function RunFigures(): ReactNode {
  useFeed(runMetrics);
  const device = useCreator((state) => state.run?.device ?? null);
  const active = useCreator((state) => isActive(state.run));
  const step = runMetrics.last("step");
  if (step === null) return null;
  const eta = runMetrics.last("etaMs");
  const speed = runMetrics.last("tokensPerSecond");
  const elapsed = runMetrics.last("elapsedMs");
  return (
    <>
      <Stats
        entries={[
          { label: "Step", value: <span data-testid="run-step">{formatNumber(step)}</span> },
          { label: "Elapsed", value: elapsed === null ? "–" : formatDuration(elapsed) },
          { label: "Time left", value: timeLeft(eta, active) },
          { label: "Speed", value: speed === null ? "–" : `${formatNumber(speed)} tokens/s` },
          { label: "Device", value: device === null ? "–" : deviceName(device) },
        ]}
      />
      <Announcement />
    </>
  );
}

function timeLeft(etaMs: number | null, active: boolean): string {
  if (!active) return "–";
  return etaMs === null ? "measuring" : `about ${formatDuration(etaMs)}`;
}

/** One sentence for screen readers now and then, instead of every chart speaking. */
function Announcement(): ReactNode {
  const [text, setText] = useState("");
  useEffect(() => {
    const timer = setInterval(() => setText(summary()), ANNOUNCE_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <p className="visually-hidden" aria-live="polite">
      {text}
    </p>
  );
}

function summary(): string {
  const step = runMetrics.last("step");
  const loss = runMetrics.last("loss");
  const fsr = runMetrics.last("fsr");
  if (step === null || loss === null) return "";
  const success = fsr === null ? "" : `, fingerprint success ${formatPercent(fsr, 0)}`;
  return `Step ${step}, loss ${loss.toPrecision(3)}${success}.`;
}
