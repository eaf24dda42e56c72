import { useMemo } from "react";
import type { ReactNode } from "react";
import { formatUnits } from "viem";
import { incomeOf, type TokenIncome } from "@/chain/indexer/select/income.ts";
import type { IncomeSource, Model } from "@/chain/indexer/state.ts";
import { formatNumber } from "@/lib/format.ts";
import { Card } from "@/ui/Card.tsx";
import { LineChart } from "@/ui/chart/LineChart.tsx";
import { SeriesBuffer } from "@/ui/chart/seriesBuffer.ts";
import { DataTable } from "@/ui/DataTable.tsx";
import { copy, SOURCE_NAMES } from "./copy.ts";
import type { Market } from "../shared/market/useMarket.ts";

const NAMES = ["day", "sales", "usage", "lineage", "other"] as const;
type Name = (typeof NAMES)[number];

const SERIES = [
  { key: "sales", label: "Licences", colour: 1 },
  { key: "usage", label: "Usage", colour: 2 },
  { key: "lineage", label: "From derivatives", colour: 3 },
  { key: "other", label: "Other", colour: 4 },
] as const;

const LINE_OF: Record<IncomeSource, Exclude<Name, "day">> = {
  licence: "sales",
  renewal: "sales",
  usage: "usage",
  lineage: "lineage",
  resale: "other",
  slash: "other",
  gift: "other",
};

const format = (value: number): string => formatNumber(value, value < 1 ? 4 : 2);

/** What the model's holders earned, by token and source. */
export function Income({ model, market }: { model: Model; market: Market }): ReactNode {
  const income = useMemo(() => incomeOf(market.state, model.id), [market.state, model.id]);
  if (income.length === 0) return null;
  const rows = income.flatMap(({ token, bySource }) =>
    bySource.map((entry) => ({ token, ...entry })),
  );
  return (
    <Card title="Revenue" note={copy.income} testId="income">
      {income.map((entry) => (
        <TokenChart key={entry.token} income={entry} market={market} model={model} />
      ))}
      <DataTable
        caption="Revenue by source and token"
        rows={rows}
        rowKey={({ token, source }) => `${token} ${source}`}
        columns={[
          { key: "source", header: "From", render: ({ source }) => SOURCE_NAMES[source] },
          { key: "payments", header: "Payments", align: "end", render: (row) => row.payments },
          {
            key: "amount",
            header: "Paid in",
            align: "end",
            render: ({ token, amount }) => market.amountOf(token, amount),
          },
          {
            key: "kept",
            header: "Kept by this model",
            align: "end",
            render: ({ token, kept }) => market.amountOf(token, kept),
          },
        ]}
      />
    </Card>
  );
}

function TokenChart({
  income,
  market,
  model,
}: {
  income: TokenIncome;
  market: Market;
  model: Model;
}): ReactNode {
  const { symbol, decimals } = market.tokenOf(income.token);
  const firstDay = Number(model.registered.timeSeconds / 86_400n);
  const buffer = useMemo(() => bufferOf(income, decimals, firstDay), [income, decimals, firstDay]);
  return (
    <LineChart
      title={`Kept in ${symbol}`}
      buffer={buffer}
      xKey="day"
      xLabel="Day since registration"
      series={SERIES}
      format={format}
    />
  );
}

function bufferOf(income: TokenIncome, decimals: number, firstDay: number): SeriesBuffer<Name> {
  const buffer = new SeriesBuffer<Name>(NAMES, 4_096);
  const sums = { sales: 0n, usage: 0n, lineage: 0n, other: 0n };
  const push = (day: number): void =>
    buffer.push({
      day,
      sales: Number(formatUnits(sums.sales, decimals)),
      usage: Number(formatUnits(sums.usage, decimals)),
      lineage: Number(formatUnits(sums.lineage, decimals)),
      other: Number(formatUnits(sums.other, decimals)),
    });
  push(0);
  const days = [...new Set(income.days.map(({ day }) => day))];
  for (const day of days) {
    for (const entry of income.days.filter((row) => row.day === day)) {
      sums[LINE_OF[entry.source]] += entry.kept;
    }
    // The end of the day, so that the first day has a beginning and an end.
    push(day - firstDay + 1);
  }
  return buffer;
}
