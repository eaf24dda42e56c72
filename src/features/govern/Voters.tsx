import type { ReactNode } from "react";
import { countText } from "@/chain/governance/context.ts";
import type { Vote } from "@/chain/indexer/stateGovern.ts";
import { Badge } from "@/ui/Badge.tsx";
import { Account } from "./Account.tsx";
import { SUPPORT_TONES, SUPPORT_WORDS } from "./copy.ts";
import styles from "./govern.module.css";
import type { Govern } from "./useGovern.ts";

/** Who voted how, with which weight and why. */
export function Voters({ votes, govern }: { votes: readonly Vote[]; govern: Govern }): ReactNode {
  return (
    <ul className={styles.list} aria-label="Votes cast" data-testid="voters">
      {votes.map(({ voter, support, weight, reason }) => (
        <li key={voter}>
          <div>
            <Account account={voter} govern={govern} />
            {reason !== "" && <p className={styles.words}>{reason}</p>}
          </div>
          <span className={styles.account}>
            {countText(weight)}
            <Badge tone={SUPPORT_TONES[support] ?? "neutral"}>
              {SUPPORT_WORDS[support] ?? `unknown (${support})`}
            </Badge>
          </span>
        </li>
      ))}
    </ul>
  );
}
