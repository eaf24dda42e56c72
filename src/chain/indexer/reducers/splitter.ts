import type { Address } from "viem";
import { divide } from "../../accounting/splitter.ts";
import type { EventOf } from "../decode.ts";
import type { Draft } from "../draft.ts";
import type { ChainLog } from "../log.ts";
import { keyOf, lower, SOURCES, type IncomeSource, type Pot } from "../state.ts";
import { placeOf } from "../stateIncome.ts";
import { ownTokens, settleShares } from "./shareAccounts.ts";

const DAY_SECONDS = 86_400n;

/** Income and what holders of shares have of it. */
export function reduceSplitter(draft: Draft, event: EventOf<"splitter">, log: ChainLog): void {
  switch (event.eventName) {
    case "Revenue":
      return revenue(draft, event.args, log);
    case "SharesOpened": {
      const { model, shares } = event.args;
      draft.set("sources", lower(shares), { kind: "shares", model });
      return draft.update("models", model, (old) => ({ ...old, shares }));
    }
    case "SharesIssued":
      return issued(draft, event.args, log);
    case "Claimed": {
      const { model, token, holder, to, amount } = event.args;
      const at = placeOf(log);
      draft.set("payouts", placeKey(log), { model, token, holder, to, amount, at });
      const supply = draft.get("models", model)?.supply ?? 0n;
      settleShares(draft, model, holder);
      const key = keyOf(model, holder, token);
      return draft.update("shareAccounts", key, (old) => ({
        ...old,
        scaled: old.scaled - amount * supply,
        claimed: old.claimed + amount,
      }));
    }
    case "Credited": {
      const { account, token, amount } = event.args;
      return changeCredit(draft, keyOf("splitter", account, token), amount);
    }
    case "Withdrawn": {
      const { account, token, amount } = event.args;
      return changeCredit(draft, keyOf("splitter", account, token), -amount);
    }
  }
}

/** Adds to what an account may withdraw; a negative amount takes from it. */
export function changeCredit(draft: Draft, key: string, amount: bigint): void {
  draft.set("credits", key, (draft.get("credits", key) ?? 0n) + amount);
}

function revenue(
  draft: Draft,
  args: Extract<EventOf<"splitter">, { eventName: "Revenue" }>["args"],
  log: ChainLog,
): void {
  const { model, token, source, amount, gross } = args;
  const lineage = draft.get("models", model)?.ancestors ?? [];
  const paid = { model, token, source: SOURCES[source], amount, gross, at: placeOf(log) };
  draft.set("payments", placeKey(log), paid);
  const before = divide(gross, lineage);
  const after = divide(gross + amount, lineage);
  const kept = after.model - before.model;
  const pot = potOf(draft, model, token);
  draft.set("pots", keyOf(model, token), {
    ...pot,
    gross: gross + amount,
    own: pot.own + kept,
  });
  earn(draft, log, { model, token, source: SOURCES[source], amount, kept });
  lineage.forEach((ancestor, place) => {
    const part = after.ancestors[place] - before.ancestors[place];
    if (part === 0n) return;
    const theirs = potOf(draft, ancestor.model, token);
    draft.set("pots", keyOf(ancestor.model, token), { ...theirs, own: theirs.own + part });
    earn(draft, log, { model: ancestor.model, token, source: "lineage", amount: part, kept: part });
  });
}

function placeKey({ blockNumber, logIndex }: ChainLog): string {
  return keyOf(blockNumber, logIndex);
}

function potOf(draft: Draft, model: bigint, token: Address): Pot {
  return draft.get("pots", keyOf(model, token)) ?? { model, token, gross: 0n, own: 0n };
}

function earn(
  draft: Draft,
  log: ChainLog,
  income: { model: bigint; token: Address; source: IncomeSource; amount: bigint; kept: bigint },
): void {
  const day = Number(log.timeSeconds / DAY_SECONDS);
  const key = keyOf(income.model, income.token, income.source, day);
  const old = draft.get("income", key);
  draft.set("income", key, {
    ...income,
    day,
    amount: (old?.amount ?? 0n) + income.amount,
    kept: (old?.kept ?? 0n) + income.kept,
    payments: (old?.payments ?? 0) + 1,
  });
}

/** A share epoch ends: of every holder's income whole units stay, in units of the new supply. */
function issued(
  draft: Draft,
  args: Extract<EventOf<"splitter">, { eventName: "SharesIssued" }>["args"],
  { timeSeconds }: ChainLog,
): void {
  const { model, to, amount, shareEpoch } = args;
  const before = draft.get("models", model)?.supply ?? 0n;
  if (before === 0n) return;
  const supply = before + amount;
  const holders = [...draft.state.holdings.values()].filter((held) => held.model === model);
  for (const { holder } of holders) {
    settleShares(draft, model, holder);
    for (const token of ownTokens(draft, model)) {
      draft.update("shareAccounts", keyOf(model, holder, token), (old) => ({
        ...old,
        scaled: (old.scaled / before) * supply,
      }));
    }
  }
  const issue = { to, amount, supplyBefore: before, timeSeconds };
  draft.update("models", model, (old) => ({
    ...old,
    shareEpoch,
    supply,
    issues: [...old.issues, issue],
  }));
}
