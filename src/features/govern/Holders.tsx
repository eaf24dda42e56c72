import type { ReactNode } from "react";
import { countText } from "@/chain/governance/context.ts";
import { holdersOf } from "@/chain/governance/delegation.ts";
import type { Model } from "@/chain/indexer/state.ts";
import { showPpm } from "@/chain/registration/readDraft.ts";
import { DataTable } from "@/ui/DataTable.tsx";
import { Account } from "./Account.tsx";
import type { Govern } from "./useGovern.ts";

/** Everybody with shares or votes, and who votes with whose. */
export function Holders({ model, govern }: { model: Model; govern: Govern }): ReactNode {
  const rows = holdersOf(govern.market.state, model.id);
  return (
    <DataTable
      caption="Holders of shares and votes"
      rows={rows}
      rowKey={({ holder }) => holder}
      empty="Nobody holds shares."
      columns={[
        {
          key: "holder",
          header: "Account",
          render: ({ holder }) => <Account account={holder} govern={govern} />,
        },
        {
          key: "shares",
          header: "Shares",
          align: "end",
          sortValue: ({ balance }) => Number(balance),
          render: ({ balance, ppm }) => `${countText(balance)} (${showPpm((ppm / 100n) * 100n)})`,
        },
        {
          key: "votes",
          header: "Votes",
          align: "end",
          sortValue: ({ votes }) => Number(votes),
          render: ({ votes }) => countText(votes),
        },
        {
          key: "delegate",
          header: "Its shares vote for",
          render: ({ holder, delegate, balance }) =>
            balance === 0n ? (
              "no shares"
            ) : delegate === null ? (
              "nobody"
            ) : delegate === holder ? (
              "itself"
            ) : (
              <Account account={delegate} govern={govern} />
            ),
        },
      ]}
    />
  );
}
