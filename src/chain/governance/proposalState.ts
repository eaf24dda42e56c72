import type { Proposal } from "../indexer/stateGovern.ts";
import { EXECUTE_GRACE, QUEUE_GRACE } from "./settings.ts";
import { isMajority, isQuorumReached } from "./tally.ts";

/** Where a proposal stands; the governor's own states, and whether the timelock's delay is over. */
export type Phase =
  | "pending"
  | "active"
  | "defeated"
  | "succeeded"
  | "queued"
  | "executable"
  | "executed"
  | "lapsed"
  | "cancelled";

/** What decides beside the proposal itself. */
export interface Circumstances {
  /** Unix seconds of the chain's latest block. */
  readonly now: bigint;
  /** Shares at the moment at which votes were weighed. */
  readonly supply: bigint;
  /** Whether two thirds must agree. */
  readonly supermajority: boolean;
}

/** Where a proposal stands, by the rules of the governor and the timelock. */
export function phaseOf(proposal: Proposal, circumstances: Circumstances): Phase {
  const { now, supply, supermajority } = circumstances;
  const { voteStart, voteEnd, eta } = proposal;
  if (proposal.executed !== null) return "executed";
  if (proposal.cancelled !== null) return "cancelled";
  if (voteStart >= now) return "pending";
  if (voteEnd >= now) return "active";
  if (!isQuorumReached(proposal, supply) || !isMajority(proposal, supermajority)) {
    return "defeated";
  }
  if (eta === null) return now > voteEnd + QUEUE_GRACE ? "lapsed" : "succeeded";
  if (eta > now) return "queued";
  return now > eta + EXECUTE_GRACE ? "lapsed" : "executable";
}

/** Whether nothing can become of it any more. */
export function isOver(phase: Phase): boolean {
  return (
    phase === "executed" || phase === "cancelled" || phase === "defeated" || phase === "lapsed"
  );
}
