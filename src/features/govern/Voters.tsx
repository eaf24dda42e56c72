import type { ReactNode } from "react";
import { countText } from "@/chain/governance/context.ts";
import type { Vote } from "@/chain/indexer/stateGovern.ts";
import { DataTable } from "@/ui/DataTable.tsx";
import { Account } from "./Account.tsx";
import { SUPPORT_WORDS } from "./copy.ts";
import styles from "./govern.module.css";
import type { Govern } from "./useGovern.ts";

/** Who voted how, with which weight and why. */
export function Voters({ votes, govern }: { votes: readonly Vote[]; govern: Govern }): ReactNode {
  return (
    <DataTable
      caption="Votes cast"
      rows={votes}
      rowKey={({ voter }) => voter}
      testId="voters"
      columns={[
        {
          key: "voter",
          header: "Account",
          render: ({ voter }) => <Account account={voter} govern={govern} />,
        },
        {
          key: "support",
          header: "Vote",
          render: ({ support }) => SUPPORT_WORDS[support] ?? `unknown (${support})`,
        },
        {
          key: "weight",
          header: "Weight",
          align: "end",
          sortValue: ({ weight }) => Number(weight),
          render: ({ weight }) => countText(weight),
        },
        {
          key: "reason",
          header: "Reason",
          grow: true,
          render: ({ reason }) => (
            <span className={styles.name} title={reason}>
              {reason === "" ? "–" : reason}
            </span>
          ),
        },
      ]}
    />
  );
}
