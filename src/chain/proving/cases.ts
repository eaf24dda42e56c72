import type { Address, Hex } from "viem";
import type { ChainState } from "../indexer/state.ts";
import { keyOf } from "../indexer/state.ts";
import type {
  CaseRecord,
  CourtCredit,
  Dispute,
  HostSlash,
  JurorVote,
  Leaf,
  StakeLoss,
} from "../indexer/stateProvers.ts";
import type { Stamp } from "../indexer/log.ts";
import type { Party } from "./payouts.ts";
import { RULES } from "./rules.ts";

/** A case with all that the events tell of it. */
export interface CaseFile {
  readonly record: CaseRecord;
  /** Its class B leaves, as they were shown. */
  readonly leaves: readonly Leaf[];
  /** In the order in which they joined, which is that of payouts. */
  readonly parties: readonly Party[];
  readonly dispute: Dispute | null;
  readonly votes: readonly JurorVote[];
  /** What its end credited and cost; empty while it is open. */
  readonly credits: readonly CourtCredit[];
  readonly losses: readonly StakeLoss[];
}

/** Whether nothing can change any more. */
export function isEnded({ state }: CaseRecord): boolean {
  return state === "upheld" || state === "dismissed";
}

/** The file of a case; null when there is none. */
export function caseFile(state: ChainState, id: bigint): CaseFile | null {
  const record = state.cases.get(id);
  return record === undefined ? null : fileOf(state, record);
}

/** All cases, the newest first. */
export function caseFiles(state: ChainState): CaseFile[] {
  return [...state.cases.values()]
    .map((record) => fileOf(state, record))
    .toSorted((a, b) => order(b.record.opened, a.record.opened));
}

function order(a: Stamp, b: Stamp): number {
  return a.block === b.block ? 0 : a.block < b.block ? -1 : 1;
}

function fileOf(state: ChainState, record: CaseRecord): CaseFile {
  const leaves = leavesOf(state, record);
  const counts = new Map<Address, number>();
  for (const { prover } of leaves) counts.set(prover, (counts.get(prover) ?? 0) + 1);
  const dispute = [...state.disputes.values()].find(({ caseId }) => caseId === record.id) ?? null;
  const ended = isEnded(record) ? record.changed.transaction : null;
  return {
    record,
    leaves,
    parties: [...counts].map(([prover, count]) => ({ prover, leaves: count })),
    dispute,
    votes:
      dispute === null
        ? []
        : [...state.jurorVotes.values()].filter((vote) => vote.dispute === dispute.id),
    credits: [...state.courtCredits.values()].filter(({ at }) => at.transaction === ended),
    losses: [...state.stakeLosses.values()].filter(({ at }) => at.transaction === ended),
  };
}

/**
 * Leaves of a case: shown for its model and host from the transaction that opened it up to the one that
 * opened the next. A leaf is told just before the case that it opens, hence by transaction.
 */
function leavesOf(state: ChainState, record: CaseRecord): Leaf[] {
  const { model, host, opened } = record;
  const same = [...state.cases.values()].filter(
    (other) => other.id !== record.id && other.model === model && other.host === host,
  );
  return [...state.leaves.values()]
    .filter((leaf) => !leaf.withReceipt && leaf.model === model && leaf.host === host)
    .filter(({ at }) => isFrom(state, at, opened))
    .filter(({ at }) =>
      same.every(
        (other) => !isFrom(state, other.opened, opened) || !isFrom(state, at, other.opened),
      ),
    );
}

/** Whether something happened in a transaction or after it. Two of one block are told by their leaves. */
function isFrom(state: ChainState, at: Stamp, from: Stamp): boolean {
  if (at.transaction === from.transaction) return true;
  if (at.block !== from.block) return at.block > from.block;
  // Tables keep the order of the events, and each of these transactions shows one leaf.
  for (const leaf of state.leaves.values()) {
    if (leaf.at.transaction === from.transaction) return true;
    if (leaf.at.transaction === at.transaction) return false;
  }
  return false;
}

/** Slashes of a host's collateral, the newest first. */
export function slashesOf(state: ChainState, host?: Address): HostSlash[] {
  return [...state.hostSlashes.values()]
    .filter((slash) => host === undefined || slash.host === host)
    .toReversed();
}

/** How many cases against a host were upheld: the tag that studios show. */
export function upheldAgainst(state: ChainState, host: Hex): number {
  return [...state.cases.values()].filter(
    (record) => record.host === host && record.state === "upheld",
  ).length;
}

/** What an account may withdraw from network or jury, in wei. */
export function courtCredit(state: ChainState, by: "provers" | "jury", account: Address): bigint {
  return state.credits.get(keyOf(by, account, "0x0000000000000000000000000000000000000000")) ?? 0n;
}

/** What can be done with a case. */
export type CaseAct =
  | "show"
  | "contest"
  | "escalate"
  | "vote"
  | "revealVote"
  | "execute"
  | "settle"
  | "finalize";

export interface OpenAct {
  readonly act: CaseAct;
  /** Unix seconds from which the chain takes it; null when it does at once. */
  readonly from: bigint | null;
  /** Unix seconds at which its time is over; null when it has no end. */
  readonly until: bigint | null;
}

/** What somebody may do now or later, by the network's rules; who may is `mayAct`'s to say. */
export function openActs({ record, dispute, votes }: CaseFile, now: bigint): OpenAct[] {
  const { state, deadline } = record;
  const over = now >= deadline;
  const end: OpenAct = { act: "finalize", from: over ? null : deadline, until: null };
  const acts: OpenAct[] = [];
  if (state === "gathering" || state === "suspected") {
    if (!over) acts.push({ act: "show", from: null, until: deadline });
    if (state === "suspected" && !over) {
      acts.push({ act: "contest", from: null, until: deadline });
    }
    acts.push(end);
  }
  if (state === "contested") {
    if (!over) acts.push({ act: "escalate", from: null, until: deadline });
    acts.push(end);
  }
  if (dispute !== null) acts.push(...juryActs(dispute, votes, now));
  if (state === "escalated") acts.push(end);
  return acts;
}

function juryActs(dispute: Dispute, votes: readonly JurorVote[], now: bigint): OpenAct[] {
  const { commitUntil, revealUntil, ruling } = dispute;
  if (ruling !== null) {
    const waiting = votes.some(({ reward }) => reward === null);
    return waiting ? [{ act: "settle", from: null, until: null }] : [];
  }
  const execute: OpenAct = {
    act: "execute",
    from: now >= revealUntil ? null : revealUntil,
    until: null,
  };
  if (now < commitUntil) return [{ act: "vote", from: null, until: commitUntil }, execute];
  if (now < revealUntil) return [{ act: "revealVote", from: null, until: revealUntil }, execute];
  return [execute];
}

/** What the network knows of who asks. */
export interface Actor {
  readonly account: Address;
  /** Of the host of the case, where it put up collateral. */
  readonly hostAccount: Address | null;
  /** Stake that is not leaving, in wei, and when some was last added. */
  readonly freeStake: bigint;
  readonly stakedSince: bigint;
}

/** Why somebody may not do it; null when it may. */
export function refusal(
  { record, parties, dispute, votes }: CaseFile,
  act: CaseAct,
  { account, hostAccount, freeStake, stakedSince }: Actor,
): string | null {
  const isProver = parties.some(({ prover }) => prover === account);
  const vote = votes.find(({ juror }) => juror === account);
  switch (act) {
    case "show":
      if (account === hostAccount) return "A host cannot show leaves against itself.";
      if (freeStake < RULES.leastStake) return "Showing a leaf needs the least stake.";
      return !isProver && parties.length >= RULES.mostProvers
        ? "The case has 16 provers already."
        : null;
    case "contest":
      return isProver ? "Its provers cannot contest a case." : null;
    case "escalate":
      return isProver ? null : "Only one of its provers takes a case to the jury.";
    case "vote":
      if (vote !== undefined) return "You voted already; reveal it when voting is over.";
      if (isProver || account === record.contester || account === hostAccount) {
        return "Parties to the case do not judge it.";
      }
      if (freeStake < RULES.leastStake) return "A juror needs the least stake.";
      return dispute !== null && stakedSince >= timeOf(dispute)
        ? "Stake must be older than the dispute."
        : null;
    case "revealVote":
      if (vote === undefined) return "You did not vote on this dispute.";
      return vote.choice === null ? null : "Your vote is revealed.";
    default:
      return null;
  }
}

const timeOf = ({ opened }: Dispute): bigint => opened.timeSeconds;
