import type { ReactNode } from "react";
import { percentOf, type ShareChange } from "@/chain/revenue/shares.ts";
import { DataTable } from "@/ui/DataTable.tsx";
import type { Market } from "../shared/market/useMarket.ts";
import { Holder } from "./Holder.tsx";

const sum = (rows: readonly ShareChange[], key: "before" | "after"): bigint =>
  rows.reduce((total, row) => total + row[key], 0n);

/** Everybody's shares and percent, before and after. */
export function EffectTable({
  market,
  rows,
}: {
  market: Market;
  rows: readonly ShareChange[];
}): ReactNode {
  const [before, after] = [sum(rows, "before"), sum(rows, "after")];
  const number = (value: bigint): string => value.toLocaleString("en-GB");
  return (
    <DataTable
      caption="What everybody holds before and after"
      testId="effect"
      rows={rows}
      rowKey={({ holder }) => holder}
      columns={[
        {
          key: "holder",
          header: "Holder",
          render: ({ holder }) => <Holder market={market} address={holder} />,
        },
        { key: "old", header: "Shares now", align: "end", render: (row) => number(row.before) },
        {
          key: "oldPercent",
          header: "Now",
          align: "end",
          render: (row) => percentOf(row.before, before),
        },
        { key: "new", header: "Shares then", align: "end", render: (row) => number(row.after) },
        {
          key: "newPercent",
          header: "Then",
          align: "end",
          render: (row) => percentOf(row.after, after),
        },
      ]}
    />
  );
}
