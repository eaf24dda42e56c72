import { useParams } from "@tanstack/react-router";
import { SearchX } from "lucide-react";
import type { ReactNode } from "react";
import { callsOf } from "@/chain/governance/calls.ts";
import { votesOn } from "@/chain/governance/waiting.ts";
import type { ProposalRow } from "@/chain/governance/waiting.ts";
import { Badge } from "@/ui/Badge.tsx";
import { Card } from "@/ui/Card.tsx";
import { EmptyState } from "@/ui/EmptyState.tsx";
import { Screen } from "@/ui/Screen.tsx";
import { SyncNotice } from "../shared/market/SyncNotice.tsx";
import { Account } from "./Account.tsx";
import { BackToGovern, BackToModel } from "./BackLink.tsx";
import { DecodedCalls } from "./DecodedCalls.tsx";
import styles from "./govern.module.css";
import { Moment } from "./Moment.tsx";
import { PassTime } from "./PassTime.tsx";
import { PhaseBadge } from "./PhaseBadge.tsx";
import { ProposalSteps } from "./ProposalSteps.tsx";
import { ProposalTimeline } from "./ProposalTimeline.tsx";
import { TallyBars } from "./TallyBars.tsx";
import { titleOf } from "./titleOf.ts";
import { useGovern } from "./useGovern.ts";
import type { Govern } from "./useGovern.ts";
import { VoteForm } from "./VoteForm.tsx";
import { Voters } from "./Voters.tsx";

/** One proposal: what it does, where it stands, who voted how, and what can be done for it now. */
export function ProposalPage(): ReactNode {
  // Any text: both come from the page's address.
  const { model = "", proposal = "" } = useParams({ strict: false });
  const govern = useGovern();
  const { market } = govern;
  const row = govern.rows.find(
    (entry) => String(entry.model.id) === model && String(entry.proposal.id) === proposal,
  );
  if (row !== undefined) return <Sections row={row} govern={govern} />;
  return (
    <Screen title="Proposal">
      <BackToGovern />
      <SyncNotice market={market} />
      {market.ready && govern.now !== null && (
        <EmptyState icon={<SearchX aria-hidden />} title="There is no such proposal here">
          It may be on another network, or the chain may have taken it back.
        </EmptyState>
      )}
    </Screen>
  );
}

function Sections({ row, govern }: { row: ProposalRow; govern: Govern }): ReactNode {
  const { proposal, model, phase, circumstances } = row;
  const { market } = govern;
  const { now, supermajority } = circumstances;
  const context = govern.contextOf(model, now);
  const votes = votesOn(market.state, proposal);
  return (
    <Screen title={titleOf(row, govern)}>
      <div className={styles.badges}>
        <BackToModel model={model.id} name={market.nameOf(model)} />
        <PhaseBadge phase={phase} />
        {supermajority && <Badge>two thirds needed</Badge>}
        <span>Proposed by</span>
        <Account account={proposal.proposer} govern={govern} />
        <Moment at={proposal.created.timeSeconds} now={now} />
      </div>
      <SyncNotice market={market} />
      <div className={styles.pair}>
        <div className={styles.stack}>
          <Card title="What it does" testId="calls">
            <DecodedCalls context={context} calls={callsOf(proposal)} past={phase === "executed"} />
          </Card>
          <Card title="Description" testId="description">
            <p className={styles.words}>{proposal.description}</p>
          </Card>
          <Card title="Votes" testId="votes">
            <TallyBars row={row} />
            {phase === "active" && <VoteForm row={row} govern={govern} />}
            {votes.length > 0 && <Voters votes={votes} govern={govern} />}
          </Card>
        </div>
        <Card title="Where it stands" testId="timeline">
          <ProposalTimeline row={row} />
          <PassTime row={row} />
          <ProposalSteps row={row} govern={govern} />
        </Card>
      </div>
    </Screen>
  );
}
