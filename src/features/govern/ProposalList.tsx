import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { nextStep } from "@/chain/governance/timeline.ts";
import type { ProposalRow } from "@/chain/governance/waiting.ts";
import { Badge } from "@/ui/Badge.tsx";
import styles from "./govern.module.css";
import { Moment } from "./Moment.tsx";
import { PhaseBadge } from "./PhaseBadge.tsx";
import { titleOf } from "./titleOf.ts";
import type { Govern } from "./useGovern.ts";

/** Proposals with their state and what comes next. */
export function ProposalList({
  rows,
  govern,
  withModel = false,
  tasks,
}: {
  rows: readonly ProposalRow[];
  govern: Govern;
  withModel?: boolean;
  /** What waits for the account, in the place of a proposal's state. */
  tasks?: ReadonlyMap<ProposalRow, string>;
}): ReactNode {
  return (
    <ul className={styles.list} data-testid="proposals">
      {rows.map((row) => {
        const { proposal, model, phase, circumstances } = row;
        const next = nextStep(proposal, circumstances);
        return (
          <li key={`${proposal.model} ${proposal.id}`} data-phase={phase}>
            <div>
              <Link
                to="/govern/$model/$proposal"
                params={{ model: String(model.id), proposal: String(proposal.id) }}
                className={styles.name}
              >
                {titleOf(row, govern)}
              </Link>
              <div className={styles.soft}>
                {withModel && `${govern.market.nameOf(model)} · `}
                {next === null ? (
                  <>
                    Proposed <Moment at={proposal.created.timeSeconds} now={circumstances.now} />
                  </>
                ) : (
                  <>
                    {next.words} <Moment at={next.at} now={circumstances.now} />
                  </>
                )}
              </div>
            </div>
            {tasks?.has(row) === true ? (
              <Badge tone="accent">{tasks.get(row)}</Badge>
            ) : (
              <PhaseBadge phase={phase} />
            )}
          </li>
        );
      })}
    </ul>
  );
}
