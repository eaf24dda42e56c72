import type { EventOf } from "../decode.ts";
import type { Draft } from "../draft.ts";
import { stampOf, type ChainLog } from "../log.ts";
import { keyOf, lower } from "../state.ts";

/** Activation of models' DAOs. */
export function reduceDao(draft: Draft, event: EventOf<"dao">): void {
  const { model, governor, timelock } = event.args;
  draft.set("sources", lower(governor), { kind: "governor", model });
  draft.set("sources", lower(timelock), { kind: "timelock", model });
  draft.update("models", model, (old) => ({ ...old, governor, timelock }));
}

/** Proposals and votes of one model's governor. */
export function reduceGovernor(
  draft: Draft,
  event: EventOf<"governor">,
  log: ChainLog,
  model: bigint,
): void {
  switch (event.eventName) {
    case "ProposalCreated": {
      const { proposalId, proposer, targets, values, calldatas, voteStart, voteEnd, description } =
        event.args;
      return draft.set("proposals", keyOf(model, proposalId), {
        model,
        id: proposalId,
        proposer,
        targets,
        values,
        calldatas,
        description,
        voteStart,
        voteEnd,
        created: stampOf(log),
        against: 0n,
        forIt: 0n,
        abstain: 0n,
        eta: null,
        queued: null,
        executed: null,
        cancelled: null,
      });
    }
    case "VoteCast":
    case "VoteCastWithParams": {
      const { voter, proposalId, support, weight, reason } = event.args;
      const proposal = keyOf(model, proposalId);
      draft.set("votes", keyOf(proposal, voter), {
        voter,
        support,
        weight,
        reason,
        at: stampOf(log),
      });
      return draft.update("proposals", proposal, (old) => ({
        ...old,
        against: old.against + (support === 0 ? weight : 0n),
        forIt: old.forIt + (support === 1 ? weight : 0n),
        abstain: old.abstain + (support === 2 ? weight : 0n),
      }));
    }
    case "ProposalExtended": {
      const { proposalId, extendedDeadline } = event.args;
      return draft.update("proposals", keyOf(model, proposalId), (old) => ({
        ...old,
        voteEnd: extendedDeadline,
      }));
    }
    case "ProposalQueued": {
      const { proposalId, etaSeconds } = event.args;
      return draft.update("proposals", keyOf(model, proposalId), (old) => ({
        ...old,
        eta: etaSeconds,
        queued: stampOf(log),
      }));
    }
    case "ProposalExecuted":
      return draft.update("proposals", keyOf(model, event.args.proposalId), (old) => ({
        ...old,
        executed: stampOf(log),
      }));
    case "ProposalCanceled":
      return draft.update("proposals", keyOf(model, event.args.proposalId), (old) => ({
        ...old,
        cancelled: stampOf(log),
      }));
    case "EIP712DomainChanged":
    case "Initialized":
    case "LateQuorumVoteExtensionSet":
    case "TimelockChange":
      return undefined;
  }
}

/** Calls that wait in one model's timelock. */
export function reduceTimelock(
  draft: Draft,
  event: EventOf<"timelock">,
  log: ChainLog,
  model: bigint,
): void {
  switch (event.eventName) {
    case "CallScheduled": {
      const { id, target, data, delay } = event.args;
      return draft.set("operations", keyOf(model, id), {
        model,
        id,
        target,
        data,
        delay,
        scheduled: stampOf(log),
        executed: null,
        cancelled: null,
      });
    }
    case "CallExecuted":
      return draft.update("operations", keyOf(model, event.args.id), (old) => ({
        ...old,
        executed: stampOf(log),
      }));
    case "Cancelled":
      return draft.update("operations", keyOf(model, event.args.id), (old) => ({
        ...old,
        cancelled: stampOf(log),
      }));
    case "CallSalt":
    case "Initialized":
    case "MinDelayChange":
    case "RoleAdminChanged":
    case "RoleGranted":
    case "RoleRevoked":
      return undefined;
  }
}
