import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Vote } from "lucide-react";
import type { ReactNode } from "react";
import { zeroAddress } from "viem";
import type { Address } from "viem";
import { useChain } from "@/chain/chainContext.ts";
import { countText } from "@/chain/governance/context.ts";
import { powerOf } from "@/chain/governance/delegation.ts";
import { isOver } from "@/chain/governance/proposalState.ts";
import { holderPair, tasksOf } from "@/chain/governance/waiting.ts";
import type { Model } from "@/chain/indexer/state.ts";
import { votesAt } from "@/chain/queries/votes.ts";
import { Badge } from "@/ui/Badge.tsx";
import { Button } from "@/ui/Button.tsx";
import { Card } from "@/ui/Card.tsx";
import { EmptyState } from "@/ui/EmptyState.tsx";
import { Screen } from "@/ui/Screen.tsx";
import { openConnectDialog } from "../shared/connectDialog.ts";
import { SyncNotice } from "../shared/market/SyncNotice.tsx";
import { copy, TASK_WORDS } from "./copy.ts";
import styles from "./govern.module.css";
import { ProposalList } from "./ProposalList.tsx";
import { useGovern } from "./useGovern.ts";
import type { Govern as GovernData } from "./useGovern.ts";

/** What waits for the account, where it can vote, and every model with a DAO. */
export function Govern(): ReactNode {
  const govern = useGovern();
  const { market } = govern;
  const { state, account } = market;
  const models = [...state.models.values()];
  const governed = models.filter(({ governor }) => governor !== null);
  const mine = (model: Model): boolean =>
    account !== undefined &&
    (powerOf(state, model.id, account).votes > 0n || powerOf(state, model.id, account).shares > 0n);
  const own = models.filter(
    (model) => model.governor === null && model.owner === account && model.shares !== null,
  );
  return (
    <Screen title={copy.title} lead={copy.lead}>
      <SyncNotice market={market} />
      <Card title="Waits for you" testId="waiting">
        <Waiting govern={govern} ready={own} />
      </Card>
      {governed.length === 0 && market.ready && (
        <EmptyState icon={<Vote aria-hidden />} title={copy.none.title}>
          {copy.none.text}
        </EmptyState>
      )}
      {governed.some(mine) && (
        <Card title="Where you can vote" testId="own-models">
          <ModelList models={governed.filter(mine)} govern={govern} />
        </Card>
      )}
      {governed.some((model) => !mine(model)) && (
        <Card title={account === undefined ? "Models with a DAO" : "Other models with a DAO"}>
          <ModelList models={governed.filter((model) => !mine(model))} govern={govern} />
        </Card>
      )}
    </Screen>
  );
}

function Waiting({
  govern,
  ready,
}: {
  govern: GovernData;
  /** Models that the account could hand to a DAO. */
  ready: readonly Model[];
}): ReactNode {
  const { account } = govern.market;
  if (account === undefined) {
    return (
      <>
        <p>{copy.noWallet}</p>
        <div>
          <Button onClick={openConnectDialog}>Connect a wallet</Button>
        </div>
      </>
    );
  }
  return <Tasks govern={govern} account={account} ready={ready} />;
}

function Tasks({
  govern,
  account,
  ready,
}: {
  govern: GovernData;
  account: Address;
  ready: readonly Model[];
}): ReactNode {
  const { config, deployment } = useChain();
  const { state } = govern.market;
  const all = tasksOf(state, govern.rows, account);
  // Votes that came after the weighing do not count, so that there is nothing to do with them.
  const weights = useQueries({
    queries: all.map(({ row, task }) => ({
      ...votesAt(
        config,
        deployment.chainId,
        row.model.shares ?? zeroAddress,
        account,
        row.proposal.voteStart,
      ),
      enabled: task === "vote",
    })),
  });
  const tasks = all.filter((_, place) => weights[place]?.data !== 0n);
  const words = new Map(tasks.map(({ row, task }) => [row, TASK_WORDS[task]]));
  if (tasks.length === 0 && ready.length === 0) {
    return <p className={styles.soft}>{copy.nothingWaits}</p>;
  }
  return (
    <>
      {tasks.length > 0 && (
        <ProposalList rows={tasks.map(({ row }) => row)} govern={govern} withModel tasks={words} />
      )}
      {ready.length > 0 && (
        <ul className={styles.list}>
          {ready.map((model) => (
            <li key={String(model.id)}>
              <div>
                <ModelLink model={model} govern={govern} />
                <div className={styles.soft}>
                  {holderPair(state, model.id) === null
                    ? "Yours alone. Once a second account holds shares, you can hand it to a DAO."
                    : "Yours alone. Its shares have several holders, so that you can hand it to a DAO."}
                </div>
              </div>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function ModelLink({ model, govern }: { model: Model; govern: GovernData }): ReactNode {
  return (
    <Link to="/govern/$model" params={{ model: String(model.id) }} className={styles.name}>
      {govern.market.nameOf(model)}
    </Link>
  );
}

function ModelList({
  models,
  govern,
}: {
  models: readonly Model[];
  govern: GovernData;
}): ReactNode {
  const { state, account } = govern.market;
  return (
    <ul className={styles.list} data-testid="governed">
      {models.map((model) => {
        const open = govern.rows.filter(
          (row) => row.model.id === model.id && !isOver(row.phase),
        ).length;
        const votes = account === undefined ? 0n : powerOf(state, model.id, account).votes;
        return (
          <li key={String(model.id)}>
            <div>
              <ModelLink model={model} govern={govern} />
              <div className={styles.soft}>
                {countText(model.supply)} shares
                {votes > 0n && `, ${countText(votes)} votes of them yours`}
              </div>
            </div>
            {open > 0 && <Badge tone="accent">{open} open</Badge>}
          </li>
        );
      })}
    </ul>
  );
}
