import type { Address } from "viem";
import type { ChainState, Model } from "../indexer/state.ts";
import { keyOf } from "../indexer/state.ts";
import type { Proposal, Vote } from "../indexer/stateGovern.ts";
import { needsSupermajority } from "./allowed.ts";
import { callsOf } from "./calls.ts";
import type { GovernedContracts } from "./context.ts";
import { powerOf } from "./delegation.ts";
import { phaseOf } from "./proposalState.ts";
import type { Circumstances, Phase } from "./proposalState.ts";
import { supplyAt } from "./supply.ts";

/** A proposal with where it stands. */
export interface ProposalRow {
  readonly proposal: Proposal;
  readonly model: Model;
  readonly phase: Phase;
  readonly circumstances: Circumstances;
}

/** The circumstances of a proposal at a moment. */
export function circumstancesOf(
  contracts: GovernedContracts,
  model: Model,
  proposal: Proposal,
  now: bigint,
): Circumstances {
  return {
    now,
    supply: supplyAt(model, proposal.voteStart),
    supermajority: needsSupermajority(contracts, model, callsOf(proposal)),
  };
}

/** Proposals of one model, or of all, the newest first. */
export function proposalRows(
  state: ChainState,
  contracts: GovernedContracts,
  now: bigint,
  only?: bigint,
): ProposalRow[] {
  return [...state.proposals.values()]
    .filter((proposal) => only === undefined || proposal.model === only)
    .flatMap((proposal) => {
      const model = state.models.get(proposal.model);
      if (model === undefined) return [];
      const circumstances = circumstancesOf(contracts, model, proposal, now);
      return [{ proposal, model, circumstances, phase: phaseOf(proposal, circumstances) }];
    })
    .toSorted((a, b) => {
      const difference = b.proposal.created.block - a.proposal.created.block;
      return difference === 0n ? 0 : difference < 0n ? -1 : 1;
    });
}

/** The votes on a proposal, the latest first. */
export function votesOn(state: ChainState, { model, id }: Proposal): Vote[] {
  const prefix = `${keyOf(model, id)} `;
  return [...state.votes]
    .flatMap(([key, vote]) => (key.startsWith(prefix) ? [vote] : []))
    .toReversed();
}

/** How an account voted on a proposal; undefined when it did not. */
export function voteOf(
  state: ChainState,
  { model, id }: Proposal,
  account: Address,
): Vote | undefined {
  return state.votes.get(keyOf(keyOf(model, id), account));
}

/** What an account can do for a proposal now. */
export interface Task {
  readonly row: ProposalRow;
  readonly task: "vote" | "queue" | "execute";
}

/**
 * What waits for an account: votes that it has not cast, and decisions of models that it has shares or
 * votes of, which anyone may queue and execute.
 */
export function tasksOf(state: ChainState, rows: readonly ProposalRow[], account: Address): Task[] {
  return rows.flatMap((row): Task[] => {
    const { shares, votes } = powerOf(state, row.model.id, account);
    if (shares === 0n && votes === 0n) return [];
    if (row.phase === "succeeded") return [{ row, task: "queue" }];
    if (row.phase === "executable") return [{ row, task: "execute" }];
    const mayVote = row.phase === "active" && votes > 0n;
    return mayVote && voteOf(state, row.proposal, account) === undefined
      ? [{ row, task: "vote" }]
      : [];
  });
}

/** Models whose owner could hand them to a DAO now: released or not, with shares that two hold. */
export function holderPair(state: ChainState, model: bigint): readonly [Address, Address] | null {
  const held = [...state.holdings.values()]
    .filter((entry) => entry.model === model && entry.balance > 0n)
    .toSorted((a, b) => (a.balance === b.balance ? 0 : a.balance > b.balance ? -1 : 1));
  const [first, second] = held;
  return first === undefined || second === undefined ? null : [first.holder, second.holder];
}
