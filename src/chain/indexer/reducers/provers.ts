import type { Address } from "viem";
import type { EventOf } from "../decode.ts";
import type { Draft } from "../draft.ts";
import { stampOf, type ChainLog } from "../log.ts";
import { keyOf, NATIVE } from "../state.ts";
import { CASE_STATES, type CourtCredit } from "../stateProvers.ts";
import { changeCredit } from "./splitter.ts";

/** Stakes, hosts, bounties, burnt fingerprints and cases. */
export function reduceProvers(draft: Draft, event: EventOf<"provers">, log: ChainLog): void {
  switch (event.eventName) {
    case "Staked": {
      const { prover, total } = event.args;
      const old = draft.get("stakes", prover);
      return draft.set("stakes", prover, {
        prover,
        amount: total,
        leaving: old?.leaving ?? 0n,
        leavesAt: old?.leavesAt ?? null,
        since: log.timeSeconds,
        slashed: old?.slashed ?? 0n,
      });
    }
    case "UnstakeRequested": {
      const { prover, amount, leavesAt } = event.args;
      return draft.update("stakes", prover, (old) => ({
        ...old,
        leaving: old.leaving + amount,
        leavesAt,
      }));
    }
    case "Unstaked": {
      const { prover, amount } = event.args;
      return draft.update("stakes", prover, (old) => ({
        ...old,
        amount: old.amount - amount,
        leaving: 0n,
        leavesAt: null,
      }));
    }
    case "StakeSlashed": {
      const { prover, amount } = event.args;
      draft.set("stakeLosses", placeOf(log), { prover, amount, at: stampOf(log) });
      return draft.update("stakes", prover, (old) => {
        const left = old.amount - amount;
        const leaving = old.leaving > left ? left : old.leaving;
        return { ...old, amount: left, leaving, slashed: old.slashed + amount };
      });
    }
    case "HostRegistered": {
      const { host, id, collateral } = event.args;
      const old = draft.get("hosts", host);
      return draft.set("hosts", host, {
        address: host,
        id,
        collateral,
        leavesAt: null,
        left: false,
        slashed: old?.slashed ?? 0n,
        slashes: old?.slashes ?? 0,
      });
    }
    case "HostLeaving": {
      const { host, leavesAt } = event.args;
      return draft.update("hosts", host, (old) => ({ ...old, leavesAt }));
    }
    case "HostLeft":
      return draft.update("hosts", event.args.host, (old) => ({
        ...old,
        collateral: 0n,
        left: true,
      }));
    case "HostSlashed": {
      const { host, slashed } = event.args;
      draft.set("hostSlashes", placeOf(log), { ...event.args, at: stampOf(log) });
      markReceipt(draft, event.args, log);
      return draft.update("hosts", host, (old) => ({
        ...old,
        collateral: old.collateral - slashed,
        slashed: old.slashed + slashed,
        slashes: old.slashes + 1,
      }));
    }
    case "BountyFunded": {
      const { model, total } = event.args;
      return draft.update("models", model, (old) => ({ ...old, bounty: total }));
    }
    case "RewardSet": {
      const { model, ppm } = event.args;
      return draft.update("models", model, (old) => ({ ...old, rewardPpm: ppm }));
    }
    case "Committed": {
      const { prover, commit } = event.args;
      return draft.set("commits", keyOf(prover, commit), { prover, at: stampOf(log) });
    }
    case "LeafRevealed": {
      const { model, epoch, index } = event.args;
      return draft.set("leaves", keyOf(model, epoch, index), {
        ...event.args,
        withReceipt: false,
        at: stampOf(log),
      });
    }
    case "CaseChanged": {
      const { caseId, model, host, state, deadline } = event.args;
      const old = draft.get("cases", caseId);
      return draft.set("cases", caseId, {
        id: caseId,
        model,
        host,
        state: CASE_STATES[state] ?? "none",
        deadline,
        contester: old?.contester ?? null,
        counterEvidence: old?.counterEvidence ?? null,
        opened: old?.opened ?? stampOf(log),
        changed: stampOf(log),
      });
    }
    case "CaseContested": {
      const { caseId, contester, evidenceHash } = event.args;
      return draft.update("cases", caseId, (old) => ({
        ...old,
        contester,
        counterEvidence: evidenceHash,
      }));
    }
    case "Credited":
      return credit(draft, "provers", event.args, log);
    case "Withdrawn":
      return changeCredit(draft, keyOf("provers", event.args.account, NATIVE), -event.args.amount);
    case "EntryPaused":
      return draft.set("pauses", "provers", event.args.until);
    case "EntryResumed":
      return draft.delete("pauses", "provers");
  }
}

/** Disputes and jurors' votes. */
export function reduceJury(draft: Draft, event: EventOf<"jury">, log: ChainLog): void {
  switch (event.eventName) {
    case "DisputeOpened": {
      const { dispute, caseId, commitUntil, revealUntil } = event.args;
      return draft.set("disputes", dispute, {
        id: dispute,
        caseId,
        commitUntil,
        revealUntil,
        ruling: null,
        forProvers: 0n,
        forContester: 0n,
        opened: stampOf(log),
      });
    }
    case "VoteCommitted": {
      const { dispute, juror, weight } = event.args;
      return draft.set("jurorVotes", keyOf(dispute, juror), {
        dispute,
        juror,
        weight,
        choice: null,
        reward: null,
        fine: null,
      });
    }
    case "VoteRevealed": {
      const { dispute, juror, choice } = event.args;
      return draft.update("jurorVotes", keyOf(dispute, juror), (old) => ({ ...old, choice }));
    }
    case "Ruled": {
      const { dispute, ruling, forProvers, forContester } = event.args;
      return draft.update("disputes", dispute, (old) => ({
        ...old,
        ruling,
        forProvers,
        forContester,
      }));
    }
    case "JurorSettled": {
      const { dispute, juror, reward, fine } = event.args;
      return draft.update("jurorVotes", keyOf(dispute, juror), (old) => ({
        ...old,
        reward,
        fine,
      }));
    }
    case "Credited":
      return credit(draft, "jury", event.args, log);
    case "Withdrawn":
      return changeCredit(draft, keyOf("jury", event.args.account, NATIVE), -event.args.amount);
  }
}

function placeOf({ blockNumber, logIndex }: ChainLog): string {
  return keyOf(blockNumber, logIndex);
}

/** The leaf that a slash rests on is the last one that its prover showed, in the same transaction. */
function markReceipt(
  draft: Draft,
  { model, prover }: { model: bigint; prover: Address },
  log: ChainLog,
): void {
  const found = [...draft.state.leaves].findLast(
    ([, leaf]) =>
      leaf.at.transaction === log.transactionHash && leaf.model === model && leaf.prover === prover,
  );
  if (found === undefined) return;
  const [key, leaf] = found;
  draft.set("leaves", key, { ...leaf, withReceipt: true });
}

function credit(
  draft: Draft,
  by: CourtCredit["by"],
  { account, amount }: { account: Address; amount: bigint },
  log: ChainLog,
): void {
  draft.set("courtCredits", placeOf(log), { by, account, amount, at: stampOf(log) });
  changeCredit(draft, keyOf(by, account, NATIVE), amount);
}
