import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ReactNode } from "react";
import { zeroAddress } from "viem";
import { useChain } from "@/chain/chainContext.ts";
import { voteCall } from "@/chain/governance/calls.ts";
import type { Support } from "@/chain/governance/calls.ts";
import { countText } from "@/chain/governance/context.ts";
import { voteOf } from "@/chain/governance/waiting.ts";
import type { ProposalRow } from "@/chain/governance/waiting.ts";
import { votesAt } from "@/chain/queries/votes.ts";
import { ChoiceCards } from "@/ui/ChoiceCards.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { TextArea } from "@/ui/TextField.tsx";
import { ReviewAndSend } from "../shared/send/ReviewAndSend.tsx";
import { knownBy } from "../shared/send/sendable.ts";
import { copy, SUPPORT_WORDS } from "./copy.ts";
import styles from "./govern.module.css";
import { titleOf } from "./titleOf.ts";
import type { Govern } from "./useGovern.ts";

const CHOICES = [
  { value: "for", title: "For", note: "It should be done." },
  { value: "against", title: "Against", note: "It should not." },
  { value: "abstain", title: "Abstain", note: "Counts for the quorum and decides nothing." },
] as const;

const MOST_REASON = 1_000;

/** A vote with a reason; once, for it cannot be changed. */
export function VoteForm({ row, govern }: { row: ProposalRow; govern: Govern }): ReactNode {
  const { proposal, model } = row;
  const { account, state } = govern.market;
  const { config, deployment } = useChain();
  const [support, setSupport] = useState<Support>("for");
  const [reason, setReason] = useState("");
  const asked = account !== undefined && model.shares !== null;
  const weight = useQuery({
    ...votesAt(
      config,
      deployment.chainId,
      model.shares ?? zeroAddress,
      account ?? zeroAddress,
      proposal.voteStart,
    ),
    enabled: asked,
  }).data;
  const cast = account === undefined ? undefined : voteOf(state, proposal, account);
  if (cast !== undefined) {
    return (
      <Notice kind="good" title={`You voted: ${SUPPORT_WORDS[cast.support] ?? ""}`} testId="voted">
        <p>With {countText(cast.weight)} votes. A vote cannot be changed.</p>
      </Notice>
    );
  }
  if (account !== undefined && weight === 0n) {
    return (
      <Notice kind="info" title="You had no votes when this vote opened" testId="no-votes">
        <p>{copy.snapshot}</p>
      </Notice>
    );
  }
  const text = reason.trim();
  const call =
    model.governor === null || weight === undefined
      ? null
      : voteCall(model.governor, proposal.id, support, text);
  return (
    <div className={styles.stack} data-testid="vote-form">
      {weight !== undefined && (
        <p className={styles.soft}>
          You vote with {countText(weight)} votes. {copy.snapshot}
        </p>
      )}
      <ChoiceCards legend="Your vote" value={support} choices={CHOICES} onChange={setSupport} />
      <TextArea
        label="Reason"
        optional
        hint="Kept on the chain for ever and shown as plain text."
        value={reason}
        rows={2}
        maxLength={MOST_REASON}
        onChange={setReason}
      />
      <ReviewAndSend
        label="Vote"
        txLabel={`Vote ${support}: ${titleOf(row, govern)}`}
        call={call}
        known={knownBy(call, 1)}
        review={[
          {
            label: "Your vote",
            value: CHOICES.find(({ value }) => value === support)?.title,
          },
          { label: "Weight", value: countText(weight ?? 0n) },
          { label: "Reason", value: text === "" ? "none" : text },
        ]}
        warning="A vote cannot be changed."
        testId="vote"
      />
    </div>
  );
}
