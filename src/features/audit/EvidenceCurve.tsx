import { useMemo } from "react";
import type { ReactNode } from "react";
import { formatNumber } from "@/lib/format.ts";
import type { VerifySummary } from "@/rpc/protocols.ts";
import { Card } from "@/ui/Card.tsx";
import { LineChart } from "@/ui/chart/LineChart.tsx";
import { copy } from "./copy.ts";
import { evidence } from "./feeds.ts";

const SERIES = [{ key: "log10E", label: "log10 E", colour: 1 }] as const;
const format = (value: number): string => formatNumber(value, 1);

export function EvidenceCurve({ summary }: { summary: VerifySummary | null }): ReactNode {
  const limits = summary?.thresholds;
  const thresholds = useMemo(
    () =>
      limits === undefined
        ? []
        : [
            { value: limits.proven, label: `Proven from ${format(limits.proven)}` },
            { value: limits.strong, label: `Strong from ${format(limits.strong)}` },
          ],
    [limits],
  );
  return (
    <Card title="Evidence curve" note={copy.curve}>
      <LineChart
        title="log10 E by keys asked"
        buffer={evidence}
        xKey="keys"
        xLabel="Keys"
        series={SERIES}
        format={format}
        thresholds={thresholds}
        height={240}
      />
    </Card>
  );
}
