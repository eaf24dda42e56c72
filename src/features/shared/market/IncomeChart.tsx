import { useMemo } from "react";
import type { ReactNode } from "react";
import { formatUnits } from "viem";
import type { IncomeSource } from "@/chain/indexer/state.ts";
import type { Point } from "@/chain/revenue/summary.ts";
import { formatNumber } from "@/lib/format.ts";
import { LineChart } from "@/ui/chart/LineChart.tsx";
import { SeriesBuffer } from "@/ui/chart/seriesBuffer.ts";

/** What the sources of income are called. */
export const SOURCE_NAMES: Record<IncomeSource, string> = {
  licence: "Licences",
  renewal: "Renewals",
  usage: "Usage",
  resale: "Resale",
  slash: "Slashed hosts",
  gift: "Gifts",
  lineage: "From derivatives",
};

const NAMES = ["time_utc", "sales", "usage", "lineage", "other"] as const;
type Name = (typeof NAMES)[number];

const SERIES = [
  { key: "sales", label: "Licences", colour: 1 },
  { key: "usage", label: "Usage", colour: 2 },
  { key: "lineage", label: "From derivatives", colour: 3 },
  { key: "other", label: "Other", colour: 4 },
] as const;

const format = (value: number): string => formatNumber(value, value < 1 ? 4 : 2);

/** Income in one token over the chain's time, added up by source. */
export function IncomeChart({
  title,
  points,
  decimals,
  sinceSeconds,
}: {
  title: string;
  points: readonly Point[];
  decimals: number;
  /** When the sums were zero. */
  sinceSeconds: bigint;
}): ReactNode {
  const buffer = useMemo(
    () => bufferOf(points, decimals, sinceSeconds),
    [points, decimals, sinceSeconds],
  );
  return (
    <LineChart
      title={title}
      buffer={buffer}
      xKey="time_utc"
      xLabel="Time of the block, UTC"
      xIsTime
      series={SERIES}
      format={format}
    />
  );
}

function bufferOf(
  points: readonly Point[],
  decimals: number,
  sinceSeconds: bigint,
): SeriesBuffer<Name> {
  const buffer = new SeriesBuffer<Name>(NAMES, points.length + 1);
  buffer.push({ time_utc: Number(sinceSeconds), sales: 0, usage: 0, lineage: 0, other: 0 });
  const whole = (amount: bigint): number => Number(formatUnits(amount, decimals));
  for (const { timeSeconds, sums } of points) {
    buffer.push({
      time_utc: Number(timeSeconds),
      sales: whole(sums.licence + sums.renewal),
      usage: whole(sums.usage),
      lineage: whole(sums.lineage),
      other: whole(sums.resale + sums.slash + sums.gift),
    });
  }
  return buffer;
}
