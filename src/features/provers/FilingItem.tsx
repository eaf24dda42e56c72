import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { ReactNode } from "react";
import { upheldAgainst } from "@/chain/proving/cases.ts";
import {
  checkFiling,
  newSalt,
  recommitted,
  writeFiling,
  type Filing,
} from "@/chain/proving/filing.ts";
import { filingStatus, type FilingStatus } from "@/chain/proving/filingStatus.ts";
import { forgetFiling, keepFiling } from "@/chain/proving/keptFilings.ts";
import { rewardOf, slashOutcome } from "@/chain/proving/payouts.ts";
import { RULES } from "@/chain/proving/rules.ts";
import { bountyReading } from "@/chain/queries/proving.ts";
import type { Call } from "@/chain/transactions/send.ts";
import { Badge } from "@/ui/Badge.tsx";
import { Button } from "@/ui/Button.tsx";
import { Actions } from "@/ui/Card.tsx";
import { ConfirmDialog } from "@/ui/ConfirmDialog.tsx";
import { downloadText } from "@/ui/download.ts";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { Stats } from "@/ui/Stat.tsx";
import type { StatEntry } from "@/ui/Stat.tsx";
import { ReviewAndSend } from "../shared/send/ReviewAndSend.tsx";
import type { LateCall } from "../shared/send/sendable.ts";
import { copy } from "./copy.ts";
import { PassTime } from "./PassTime.tsx";
import styles from "./provers.module.css";
import type { Proving } from "./useProving.ts";

interface ItemProps {
  id: string;
  filing: Filing;
  proving: Proving;
  onChange: () => Promise<void>;
}

/** One opened pair against one host, with its next step. */
export function FilingItem({ id, filing, proving, onChange }: ItemProps): ReactNode {
  const { market, deployment, account, head, modelName } = proving;
  const status = useMemo(
    () =>
      filingStatus(filing, market.state, {
        chainId: deployment.chainId,
        network: deployment.contracts.provers,
        account,
        head: head ?? 0n,
      }),
    [filing, market.state, deployment, account, head],
  );
  const model = BigInt(filing.model);
  return (
    <section
      className={styles.item}
      aria-label={`Leaf ${filing.leaf.index} against ${filing.host.url}`}
      data-testid={`filing-${filing.leaf.index}`}
      data-step={status.step}
    >
      <div className={styles.itemHead}>
        <h3 className={styles.chainText}>
          Leaf {filing.leaf.index} of {modelName(model)} against {filing.host.url}
        </h3>
        <div className={styles.badges}>
          <Badge tone={filing.receipt === null ? "neutral" : "accent"}>
            {filing.receipt === null ? "class B" : "class A"}
          </Badge>
          <Badge tone={BADGES[status.step].tone}>{BADGES[status.step].label}</Badge>
        </div>
      </div>
      <p className={styles.soft}>
        {filing.receipt === null ? copy.classB : copy.classA}. <StatusText status={status} />
      </p>
      <Next id={id} filing={filing} proving={proving} status={status} onChange={onChange} />
      <Actions>
        <Button
          size="small"
          onClick={() => downloadText(`filing-${filing.leaf.index}.json`, writeFiling(filing))}
        >
          Save its file
        </Button>
        <ForgetButton
          id={id}
          committed={status.step === "wait" || status.step === "reveal"}
          onDone={onChange}
        />
      </Actions>
    </section>
  );
}

const BADGES = {
  foreign: { label: "another network", tone: "warn" },
  unknownEpoch: { label: "not released", tone: "warn" },
  commit: { label: "to commit", tone: "accent" },
  wait: { label: "committed", tone: "accent" },
  reveal: { label: "to reveal", tone: "accent" },
  late: { label: "too late", tone: "bad" },
  revealed: { label: "revealed", tone: "good" },
  burnt: { label: "burnt", tone: "bad" },
} as const;

function StatusText({ status }: { status: FilingStatus }): ReactNode {
  switch (status.step) {
    case "foreign":
      return "It is for another chain or another prover network.";
    case "unknownEpoch":
      return "Its epoch is not released on this chain, so no model can answer by it.";
    case "commit":
      return "Not committed by this account.";
    case "wait":
      return `Committed in block ${status.committed}. A reveal is taken from the next block on.`;
    case "reveal":
      return `Committed in block ${status.committed}, ${status.blocksLeft.toLocaleString("en-GB")} blocks are left to reveal it.`;
    case "late":
      return `Committed in block ${status.committed}; its 7,200 blocks are over. It can be committed anew.`;
    case "revealed":
      return `Revealed in block ${status.leaf.at.block}. It is public now.`;
    default:
      return "The fingerprint was shown already, by somebody else or against another host.";
  }
}

function Next({ id, filing, proving, status, onChange }: ItemProps & { status: FilingStatus }) {
  const { market, account } = proving;
  const model = BigInt(filing.model);
  const epoch = market.state.models.get(model)?.epochs[filing.epoch];
  const problem = useMemo(() => {
    if (epoch === undefined || status.step === "foreign") return null;
    try {
      checkFiling(filing, epoch);
      return null;
    } catch (error) {
      return error;
    }
  }, [filing, epoch, status.step]);
  const again = useMutation({
    mutationFn: async () => {
      await keepFiling(recommitted(filing, newSalt()));
      await forgetFiling(id);
    },
    onSettled: onChange,
  });
  const stake = account === undefined ? undefined : market.state.stakes.get(account);
  const free = (stake?.amount ?? 0n) - (stake?.leaving ?? 0n);
  const refused = !market.ready
    ? "The chain is still being read."
    : free < RULES.leastStake
      ? `Stake ${proving.coin(RULES.leastStake)} first; you have ${proving.coin(free)} that is not leaving.`
      : null;
  if (problem !== null) return <ErrorNotice error={problem} testId="filing-problem" />;
  switch (status.step) {
    case "commit":
      return (
        <>
          <p className={styles.soft}>{copy.lost}</p>
          <ReviewAndSend
            label="Commit"
            txLabel={`Commit a leaf of ${proving.modelName(model)}`}
            testId={`commit-${filing.leaf.index}`}
            review={[
              { label: "Shows", value: "nothing", note: "only a hash goes to the chain" },
              { label: "Then", value: "reveal it", note: "within 7,200 blocks" },
            ]}
            warning="The commit is for this account only, and can be revealed only with what this browser keeps."
            refused={refused}
            call={
              account === undefined
                ? null
                : keptFirst(filing, proving.network.commit(filing, account))
            }
          />
        </>
      );
    case "wait":
      return <PassTime proving={proving} until={null} label="Mine a block" />;
    case "reveal":
      return <Reveal filing={filing} proving={proving} refused={refused} />;
    case "late":
      return (
        <>
          {again.error !== null && <ErrorNotice error={again.error} />}
          <Actions>
            <Button busy={again.isPending} onClick={() => again.mutate()}>
              Prepare it anew
            </Button>
          </Actions>
        </>
      );
    case "revealed":
      return filing.receipt === null ? <CaseLink filing={filing} proving={proving} /> : null;
    default:
      return null;
  }
}

function Reveal({
  filing,
  proving,
  refused,
}: {
  filing: Filing;
  proving: Proving;
  refused: string | null;
}): ReactNode {
  const { config, deployment, market, coin, modelName } = proving;
  const model = BigInt(filing.model);
  const { data: bounty } = useQuery(bountyReading(config, deployment, model));
  const host = [...market.state.hosts.values()].find(
    ({ id, left }) => !left && id === filing.host.id,
  );
  const slash =
    filing.receipt === null || host === undefined || bounty === undefined
      ? null
      : slashOutcome(host.collateral, bounty.amount, bounty.rewardPpm);
  const earns: StatEntry[] =
    slash !== null
      ? [
          { label: "The host loses", value: coin(slash.slashed), note: "half of its collateral" },
          { label: "You get", value: coin(slash.toProver + slash.reward) },
          { label: "The model gets", value: coin(slash.toModel) },
        ]
      : bounty === undefined
        ? []
        : [
            {
              label: "A case upheld earns",
              value: coin(rewardOf(bounty.amount, bounty.rewardPpm)),
              note: "for all its provers, by leaves",
            },
          ];
  return (
    <>
      {filing.receipt !== null && host === undefined && (
        <Notice kind="warn" title="The host has no collateral here">
          <p>The receipt can cost it nothing.</p>
        </Notice>
      )}
      <Stats entries={earns} />
      <ReviewAndSend
        label={filing.receipt === null ? "Reveal" : "Reveal with the receipt"}
        txLabel={`Reveal a leaf of ${modelName(model)}`}
        testId={`reveal-${filing.leaf.index}`}
        review={[
          { label: "Leaf", value: String(filing.leaf.index), note: `of ${modelName(model)}` },
          { label: "Host", value: <span className={styles.chainText}>{filing.host.url}</span> },
          {
            label: "Cases upheld against it",
            value: upheldAgainst(market.state, filing.host.id),
          },
          ...earns,
        ]}
        warning={
          filing.receipt === null
            ? "Key, candidates and the pair's secret become public and can never be used again. Your stake stands for the case until it ends; a ruling for the contester costs 0.05 of it."
            : "Key, candidates and the pair's secret become public and can never be used again."
        }
        refused={refused}
        call={proving.network.reveal(filing)}
      />
    </>
  );
}

/** A commit that is sent only once what reveals it is kept. */
function keptFirst(filing: Filing, call: Call): LateCall {
  return {
    ...call,
    make: async () => {
      await keepFiling(filing);
      return call;
    },
  };
}

function CaseLink({ filing, proving }: { filing: Filing; proving: Proving }): ReactNode {
  const found = [...proving.market.state.cases.values()].findLast(
    ({ model, host }) => String(model) === filing.model && host === filing.host.id,
  );
  if (found === undefined) return null;
  return (
    <p>
      <Link to="/provers/cases/$id" params={{ id: String(found.id) }}>
        Open its case
      </Link>
    </p>
  );
}

export function ForgetButton({
  id,
  committed,
  onDone,
}: {
  id: string;
  committed: boolean;
  onDone: () => Promise<void>;
}): ReactNode {
  const [asking, setAsking] = useState(false);
  const forget = useMutation({ mutationFn: () => forgetFiling(id), onSettled: onDone });
  return (
    <>
      <Button size="small" onClick={() => setAsking(true)}>
        Forget
      </Button>
      {forget.error !== null && <ErrorNotice error={forget.error} />}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        danger
        title="Forget this filing?"
        description={
          committed
            ? "It is committed and not revealed. Without its salt it can never be revealed, unless you saved its file."
            : "It is removed from this browser. A file that you saved stays."
        }
        confirm="Forget it"
        onConfirm={() => forget.mutate()}
      />
    </>
  );
}
