import type { ReactNode } from "react";
import { callsOf, contentOf, stepCall } from "@/chain/governance/calls.ts";
import { isSame } from "@/chain/governance/context.ts";
import type { ProposalRow } from "@/chain/governance/waiting.ts";
import { ReviewAndSend } from "../shared/send/ReviewAndSend.tsx";
import { copy } from "./copy.ts";
import { DecodedCalls } from "./DecodedCalls.tsx";
import { titleOf } from "./titleOf.ts";
import type { Govern } from "./useGovern.ts";

/** Queueing, executing and cancelling, each when the governor would take it. */
export function ProposalSteps({ row, govern }: { row: ProposalRow; govern: Govern }): ReactNode {
  const { proposal, model, phase, circumstances } = row;
  const { governor } = model;
  if (governor === null) return null;
  const calls = callsOf(proposal);
  const content = contentOf(calls, proposal.description);
  const title = titleOf(row, govern);
  const { account } = govern.market;
  if (phase === "succeeded") {
    return (
      <ReviewAndSend
        // Each step has a button and a transaction of its own.
        key="queue"
        label="Queue it"
        txLabel={`Queue: ${title}`}
        call={stepCall(governor, "queue", content)}
        details={<p>{title} It waits two days in the timelock, then anyone executes it.</p>}
        testId="queue"
      />
    );
  }
  if (phase === "executable") {
    return (
      <ReviewAndSend
        key="execute"
        label="Execute it"
        txLabel={`Execute: ${title}`}
        call={stepCall(governor, "execute", content)}
        details={
          <DecodedCalls context={govern.contextOf(model, circumstances.now)} calls={calls} />
        }
        testId="execute"
      />
    );
  }
  if (phase === "pending" && account !== undefined && isSame(account, proposal.proposer)) {
    return (
      <ReviewAndSend
        key="cancel"
        label="Cancel the proposal"
        txLabel={`Cancel: ${title}`}
        call={stepCall(governor, "cancel", content)}
        danger
        note={copy.cancel}
        testId="cancel"
      />
    );
  }
  return null;
}
