import { useMemo } from "react";
import type { ReactNode } from "react";
import type { Address } from "viem";
import { incomeOf } from "@/chain/indexer/select/income.ts";
import type { Model } from "@/chain/indexer/state.ts";
import { partsOf, type Part } from "@/chain/revenue/statement.ts";
import { cumulative } from "@/chain/revenue/summary.ts";
import { Card } from "@/ui/Card.tsx";
import { DataTable } from "@/ui/DataTable.tsx";
import { IncomeChart, SOURCE_NAMES } from "../shared/market/IncomeChart.tsx";
import type { Market } from "../shared/market/useMarket.ts";
import { copy } from "./copy.ts";

/** What the model's holders earned, by token and source. */
export function Income({ model, market }: { model: Model; market: Market }): ReactNode {
  const income = useMemo(() => incomeOf(market.state, model.id), [market.state, model.id]);
  const parts = useMemo(() => partsOf(market.state, model.id), [market.state, model.id]);
  if (income.length === 0) return null;
  const rows = income.flatMap(({ token, bySource }) =>
    bySource.map((entry) => ({ token, ...entry })),
  );
  return (
    <Card title="Revenue" note={copy.income} testId="income">
      {income.map(({ token }) => (
        <TokenChart key={token} token={token} parts={parts} market={market} model={model} />
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
  token,
  parts,
  market,
  model,
}: {
  token: Address;
  parts: readonly Part[];
  market: Market;
  model: Model;
}): ReactNode {
  const { symbol, decimals } = market.tokenOf(token);
  const points = useMemo(
    () =>
      cumulative(
        parts
          .filter(({ payment }) => payment.token === token)
          .map(({ payment, source, kept }) => ({
            timeSeconds: payment.at.timeSeconds,
            source,
            amount: kept,
          })),
      ),
    [parts, token],
  );
  return (
    <IncomeChart
      title={`Kept in ${symbol}`}
      points={points}
      decimals={decimals}
      sinceSeconds={model.registered.timeSeconds}
    />
  );
}
