import { Download } from "lucide-react";
import { useMemo } from "react";
import type { ReactNode } from "react";
import type { Address } from "viem";
import { useChain } from "@/chain/chainContext.ts";
import type { Model } from "@/chain/indexer/state.ts";
import { statementCsv, statementJson } from "@/chain/revenue/exports.ts";
import { percentOf } from "@/chain/revenue/shares.ts";
import { statementOf, type Statement } from "@/chain/revenue/statement.ts";
import { bySource, cumulative, earningsOf } from "@/chain/revenue/summary.ts";
import { Button } from "@/ui/Button.tsx";
import { Card } from "@/ui/Card.tsx";
import { DataTable } from "@/ui/DataTable.tsx";
import { downloadText } from "@/ui/download.ts";
import { shortHex } from "../shared/chainText.ts";
import { dateText } from "../shared/market/describe.ts";
import { IncomeChart, SOURCE_NAMES } from "../shared/market/IncomeChart.tsx";
import type { Market } from "../shared/market/useMarket.ts";
import { copy } from "./copy.ts";
import styles from "./revenue.module.css";
import { modelText, roundedText, unitsText } from "./text.ts";

/** Where a holder's income of a model came from, over time and payment by payment. */
export function IncomeStatement({
  market,
  model,
  holder,
}: {
  market: Market;
  model: Model;
  holder: Address;
}): ReactNode {
  const statement = useMemo(
    () => statementOf(market.state, model.id, holder),
    [market.state, model.id, holder],
  );
  const { income } = statement;
  if (income.length === 0) return null;
  return (
    <Card
      title="Income statement"
      note={copy.statement}
      testId="statement"
      aside={<Exports statement={statement} model={model} market={market} />}
    >
      {[...new Set(income.map(({ token }) => token))].map((token) => (
        <TokenChart key={token} {...{ statement, token, market, model }} />
      ))}
      <DataTable
        caption="Your income by source and token"
        testId="by-source"
        rows={bySource(statement)}
        rowKey={({ token, source }) => `${token} ${source}`}
        columns={[
          { key: "source", header: "From", render: ({ source }) => SOURCE_NAMES[source] },
          { key: "payments", header: "Payments", align: "end", render: (row) => row.payments },
          {
            key: "income",
            header: "Yours",
            align: "end",
            render: (row) => roundedText(market, row.token, row.income),
          },
          {
            key: "units",
            header: "To the unit",
            align: "end",
            render: (row) => (
              <span data-amount={String(row.income)}>{unitsText(row.token, row.income)}</span>
            ),
          },
        ]}
      />
      <Lines statement={statement} market={market} />
      {statement.claims.length > 0 && <Claims statement={statement} market={market} />}
    </Card>
  );
}

function TokenChart({
  statement,
  token,
  market,
  model,
}: {
  statement: Statement;
  token: Address;
  market: Market;
  model: Model;
}): ReactNode {
  const { symbol, decimals } = market.tokenOf(token);
  const points = useMemo(() => cumulative(earningsOf(statement, token)), [statement, token]);
  return (
    <IncomeChart
      title={`Your income in ${symbol}, added up`}
      points={points}
      decimals={decimals}
      sinceSeconds={model.registered.timeSeconds}
    />
  );
}

function Lines({ statement, market }: { statement: Statement; market: Market }): ReactNode {
  return (
    <DataTable
      caption="Your income payment by payment, the newest first"
      testId="income-lines"
      maxHeight={320}
      rows={statement.income.toReversed()}
      rowKey={({ at }) => `${at.block} ${at.logIndex}`}
      columns={[
        { key: "time", header: "When", render: ({ at }) => dateText(at.timeSeconds) },
        {
          key: "source",
          header: "From",
          render: ({ source, paidModel }) =>
            source === "lineage"
              ? `${SOURCE_NAMES[source]}: ${modelText(market, paidModel)}`
              : SOURCE_NAMES[source],
        },
        {
          key: "paid",
          header: "Paid",
          align: "end",
          render: ({ token, paid }) => roundedText(market, token, paid),
        },
        {
          key: "kept",
          header: "The model's part",
          align: "end",
          render: ({ token, kept }) => roundedText(market, token, kept),
        },
        {
          key: "share",
          header: "You held",
          align: "end",
          render: ({ shares, supply }) => percentOf(shares, supply),
        },
        {
          key: "income",
          header: "Yours",
          align: "end",
          render: ({ token, income }) => (
            <span data-amount={String(income)}>{unitsText(token, income)}</span>
          ),
        },
      ]}
    />
  );
}

function Claims({ statement, market }: { statement: Statement; market: Market }): ReactNode {
  return (
    <DataTable
      caption="What was claimed, the newest first"
      testId="claim-lines"
      maxHeight={240}
      rows={statement.claims.toReversed()}
      rowKey={({ at }) => `${at.block} ${at.logIndex}`}
      columns={[
        { key: "time", header: "Claimed", render: ({ at }) => dateText(at.timeSeconds) },
        {
          key: "amount",
          header: "Amount",
          align: "end",
          render: ({ token, amount }) => roundedText(market, token, amount),
        },
        {
          key: "units",
          header: "To the unit",
          align: "end",
          render: ({ token, amount }) => unitsText(token, amount),
        },
        {
          key: "to",
          header: "Paid to",
          mono: true,
          render: ({ to }) => <span title={to}>{shortHex(to)}</span>,
        },
        {
          key: "transaction",
          header: "Transaction",
          mono: true,
          render: ({ at }) => <span title={at.transaction}>{shortHex(at.transaction)}</span>,
        },
      ]}
    />
  );
}

function Exports({
  statement,
  model,
  market,
}: {
  statement: Statement;
  model: Model;
  market: Market;
}): ReactNode {
  const { deployment } = useChain();
  const context = {
    chainId: deployment.chainId,
    modelName: market.nameOf(model),
    tokenOf: market.tokenOf,
  };
  const name = `income-model-${model.id}`;
  return (
    <div className={styles.buttons}>
      <Button
        size="small"
        icon={<Download aria-hidden />}
        onClick={() => downloadText(`${name}.csv`, statementCsv(statement, context), "text/csv")}
      >
        CSV
      </Button>
      <Button
        size="small"
        icon={<Download aria-hidden />}
        onClick={() =>
          downloadText(`${name}.json`, statementJson(statement, context), "application/json")
        }
      >
        JSON
      </Button>
    </div>
  );
}
