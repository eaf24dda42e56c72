import { Link, useParams, useSearch } from "@tanstack/react-router";
import { SearchX } from "lucide-react";
import type { ReactNode } from "react";
import { issueLimits } from "@/chain/governance/supply.ts";
import { countText } from "@/chain/governance/context.ts";
import { idleShares } from "@/chain/governance/delegation.ts";
import { quorumOf } from "@/chain/governance/tally.ts";
import type { Model } from "@/chain/indexer/state.ts";
import { Badge } from "@/ui/Badge.tsx";
import { Card } from "@/ui/Card.tsx";
import { EmptyState } from "@/ui/EmptyState.tsx";
import { Screen } from "@/ui/Screen.tsx";
import { Stats } from "@/ui/Stat.tsx";
import { SyncNotice } from "../shared/market/SyncNotice.tsx";
import { Account } from "./Account.tsx";
import { Activation } from "./Activation.tsx";
import { BackToGovern } from "./BackLink.tsx";
import { copy } from "./copy.ts";
import { Delegation } from "./Delegation.tsx";
import styles from "./govern.module.css";
import { Holders } from "./Holders.tsx";
import { NewProposal } from "./NewProposal.tsx";
import { ProposalList } from "./ProposalList.tsx";
import { readSearch } from "./search.ts";
import { useGovern } from "./useGovern.ts";
import type { Govern } from "./useGovern.ts";

/** Who decides about one model, what was decided, and what can be proposed. */
export function GovernModel(): ReactNode {
  // Any text: both come from the page's address.
  const { model: id = "" } = useParams({ strict: false });
  const search = readSearch(useSearch({ strict: false }));
  const govern = useGovern();
  const { market, now } = govern;
  const model = [...market.state.models.values()].find((entry) => String(entry.id) === id);
  if (model === undefined || now === null) {
    return (
      <Screen title="Governance of a model">
        <BackToGovern />
        <SyncNotice market={market} />
        {market.ready && model === undefined && (
          <EmptyState icon={<SearchX aria-hidden />} title="There is no such model here">
            It may be on another network, or the chain may have taken its registration back.
          </EmptyState>
        )}
      </Screen>
    );
  }
  const rows = govern.rows.filter((row) => row.model.id === model.id);
  const active = model.governor !== null;
  return (
    <Screen title={market.nameOf(model)}>
      <div className={styles.badges}>
        <BackToGovern />
        <Badge>model #{String(model.id)}</Badge>
        <Badge tone={active ? "good" : "neutral"}>{active ? "DAO active" : "no DAO"}</Badge>
        <Link to="/market/$model" params={{ model: String(model.id) }}>
          Its page in the market
        </Link>
      </div>
      <SyncNotice market={market} />
      <Card title="Who decides" testId="who-decides">
        <Facts model={model} govern={govern} now={now} />
      </Card>
      {!active && <Activation model={model} govern={govern} />}
      {active && (
        <Card title="Proposals" testId="proposal-list">
          {rows.length === 0 ? (
            <p className={styles.soft}>Nothing was proposed yet.</p>
          ) : (
            <ProposalList rows={rows} govern={govern} />
          )}
        </Card>
      )}
      {active && (
        <NewProposal
          // Another link fills the form anew.
          key={JSON.stringify(search)}
          model={model}
          govern={govern}
          now={now}
          search={search}
        />
      )}
      {model.shares !== null && (
        <>
          <Delegation model={model} govern={govern} />
          <Card title="Holders" testId="holders">
            <Holders model={model} govern={govern} />
          </Card>
        </>
      )}
    </Screen>
  );
}

function Facts({ model, govern, now }: { model: Model; govern: Govern; now: bigint }): ReactNode {
  const { supply, governor } = model;
  const { most, least } = issueLimits(model, now);
  const idle = idleShares(govern.market.state, model.id);
  const owner = {
    label: "Owner",
    value: <Account account={model.owner} govern={govern} />,
    note: governor === null ? "one account" : "the DAO’s timelock",
  };
  if (governor === null) {
    return <Stats entries={[owner, { label: "Shares", value: countText(supply) }]} />;
  }
  return (
    <>
      <Stats
        entries={[
          owner,
          {
            label: "Shares",
            value: countText(supply),
            note: idle === 0n ? "all of them delegated" : `${countText(idle)} vote for nobody`,
          },
          { label: "To propose", value: "10,000 votes", note: "a second old at least" },
          {
            label: "Quorum",
            value: `${countText(quorumOf(supply))} votes`,
            note: "10 % of the shares, for or abstaining",
          },
          {
            label: "Majority",
            value: "more for than against",
            note: "for new shares two thirds of both",
          },
          { label: "Vote", value: "5 days", note: "opens after 1, longer if the quorum is late" },
          {
            label: "Delay",
            value: "2 days",
            note: "then 14 in which anyone executes",
          },
          {
            label: "New shares",
            value: most < least ? "none now" : `up to ${countText(most)}`,
            note: "at most 20 % in any 365 days",
          },
        ]}
      />
      <p className={styles.soft}>{copy.parameters}</p>
    </>
  );
}
