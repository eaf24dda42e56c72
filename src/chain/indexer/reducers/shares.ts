import type { Address } from "viem";
import { FIRST_SHARES } from "../../accounting/shareBook.ts";
import type { EventOf } from "../decode.ts";
import type { Draft } from "../draft.ts";
import type { ChainLog } from "../log.ts";
import { keyOf, NATIVE, type ShareHolding } from "../state.ts";
import { placeOf } from "../stateIncome.ts";
import { settleShares } from "./shareAccounts.ts";

/** Balances and delegations of a model's shares. */
export function reduceShares(
  draft: Draft,
  event: EventOf<"shares">,
  log: ChainLog,
  model: bigint,
): void {
  switch (event.eventName) {
    case "Transfer": {
      const { from, to, value: amount } = event.args;
      const key = keyOf(log.blockNumber, log.logIndex);
      draft.set("shareMoves", key, { model, from, to, amount, at: placeOf(log) });
      return transfer(draft, model, event.args);
    }
    case "DelegateChanged": {
      const { delegator, toDelegate } = event.args;
      const delegate = toDelegate === NATIVE ? null : toDelegate;
      return change(draft, model, delegator, (old) => ({ ...old, delegate }));
    }
    case "DelegateVotesChanged": {
      const { delegate, newVotes } = event.args;
      return change(draft, model, delegate, (old) => ({ ...old, votes: newVotes }));
    }
    case "Approval":
    case "EIP712DomainChanged":
      return undefined;
  }
}

function transfer(
  draft: Draft,
  model: bigint,
  { from, to, value }: { from: Address; to: Address; value: bigint },
): void {
  const supply = draft.get("models", model)?.supply ?? 0n;
  const isOpening = from === NATIVE && supply < FIRST_SHARES;
  if (from !== NATIVE) {
    settleShares(draft, model, from);
    change(draft, model, from, (old) => ({ ...old, balance: old.balance - value }));
  }
  // All income before the opening is the first holders', who so begin with nothing seen.
  if (!isOpening) settleShares(draft, model, to);
  change(draft, model, to, (old) => ({ ...old, balance: old.balance + value }));
  if (isOpening) draft.update("models", model, (old) => ({ ...old, supply: old.supply + value }));
}

function change(
  draft: Draft,
  model: bigint,
  holder: Address,
  edit: (old: ShareHolding) => ShareHolding,
): void {
  const key = keyOf(model, holder);
  const old = draft.get("holdings", key);
  draft.set(
    "holdings",
    key,
    edit(old ?? { model, holder, balance: 0n, delegate: null, votes: 0n }),
  );
}
