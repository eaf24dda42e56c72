import type { Proposal } from "../indexer/stateGovern.ts";
import type { Circumstances } from "./proposalState.ts";
import { phaseOf } from "./proposalState.ts";
import {
  EXECUTE_GRACE,
  LATE_EXTENSION,
  QUEUE_GRACE,
  TIMELOCK_DELAY,
  VOTING_PERIOD,
} from "./settings.ts";
import { isQuorumReached } from "./tally.ts";

/** One step on the way of a proposal. */
export interface TimelineStep {
  readonly key: "proposed" | "opens" | "ends" | "queue" | "delay" | "execute";
  readonly title: string;
  /** Unix seconds; null where it depends on what somebody does. */
  readonly at: bigint | null;
  readonly state: "done" | "now" | "coming" | "never";
  readonly note: string;
}

/** Whether reaching the quorum late moved the end of the vote. */
export function isExtended({ voteStart, voteEnd }: Proposal): boolean {
  return voteEnd > voteStart + VOTING_PERIOD;
}

/**
 * When the vote would end if its quorum were reached at this moment; null when that would not move it.
 * The quorum extends a vote once only, when it is first reached.
 */
export function extensionIfReached(
  proposal: Proposal,
  { now, supply }: Pick<Circumstances, "now" | "supply">,
): bigint | null {
  const { voteStart, voteEnd } = proposal;
  if (voteStart >= now || voteEnd < now || isQuorumReached(proposal, supply)) return null;
  return now + LATE_EXTENSION > voteEnd ? now + LATE_EXTENSION : null;
}

/** The steps of a proposal in their order, those that will never be taken among them. */
export function timelineOf(proposal: Proposal, circumstances: Circumstances): TimelineStep[] {
  const phase = phaseOf(proposal, circumstances);
  const { created, voteStart, voteEnd, eta, queued, executed, cancelled } = proposal;
  const { now } = circumstances;
  const stopped = phase === "cancelled" || phase === "defeated" || phase === "lapsed";
  const extended = isExtended(proposal) ? "Extended, since the quorum was reached late." : "";
  const steps: TimelineStep[] = [
    {
      key: "proposed",
      title: "Proposed",
      at: created.timeSeconds,
      state: "done",
      note: "",
    },
    {
      key: "opens",
      title: phase === "pending" ? "Voting opens" : "Votes weighed",
      at: voteStart,
      state: cancelled !== null ? "never" : voteStart < now ? "done" : "coming",
      note: "Votes count as they are delegated at this moment.",
    },
    {
      key: "ends",
      title: phase === "active" ? "Voting ends" : "End of the vote",
      at: voteEnd,
      state:
        cancelled !== null
          ? "never"
          : phase === "active"
            ? "now"
            : voteEnd < now
              ? "done"
              : "coming",
      note: extended,
    },
  ];
  if (cancelled !== null) {
    const at = cancelled.timeSeconds;
    return [...steps, { key: "queue", title: "Cancelled", at, state: "done", note: "" }];
  }
  if (phase === "defeated") {
    return [...steps, { key: "queue", title: "Defeated", at: voteEnd, state: "done", note: "" }];
  }
  const never = stopped ? "never" : "coming";
  steps.push({
    key: "queue",
    title: queued === null ? "Anyone queues it" : "Queued",
    at: queued === null ? voteEnd + QUEUE_GRACE : queued.timeSeconds,
    state: queued !== null ? "done" : phase === "succeeded" ? "now" : never,
    note: queued === null ? "The last moment; after it the decision lapses." : "",
  });
  if (eta === null && stopped) return steps;
  steps.push({
    key: "delay",
    title: "The delay is over",
    at: eta,
    state: eta === null ? never : eta <= now ? "done" : phase === "queued" ? "now" : never,
    note: eta === null ? `${TIMELOCK_DELAY / 86_400n} days after it is queued.` : "",
  });
  steps.push({
    key: "execute",
    title: executed === null ? "Anyone executes it" : "Executed",
    at: executed?.timeSeconds ?? (eta === null ? null : eta + EXECUTE_GRACE),
    state: executed !== null ? "done" : phase === "executable" ? "now" : never,
    note: executed !== null || eta === null ? "" : "The last moment; after it the decision lapses.",
  });
  return steps;
}

/** What comes next, and when; null for what is over. */
export interface NextStep {
  readonly words: string;
  /** Unix seconds. */
  readonly at: bigint;
}

export function nextStep(proposal: Proposal, circumstances: Circumstances): NextStep | null {
  const { voteStart, voteEnd, eta } = proposal;
  switch (phaseOf(proposal, circumstances)) {
    case "pending":
      return { words: "Voting opens", at: voteStart + 1n };
    case "active":
      return { words: "Voting ends", at: voteEnd + 1n };
    case "succeeded":
      return { words: "It lapses unless somebody queues it", at: voteEnd + QUEUE_GRACE + 1n };
    case "queued":
      return { words: "It can be executed", at: eta ?? 0n };
    case "executable":
      return {
        words: "It lapses unless somebody executes it",
        at: (eta ?? 0n) + EXECUTE_GRACE + 1n,
      };
    default:
      return null;
  }
}
