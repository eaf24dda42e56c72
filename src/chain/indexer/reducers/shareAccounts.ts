import type { Address } from "viem";
import type { Draft } from "../draft.ts";
import { keyOf } from "../state.ts";

/** Tokens in which a model ever had income. */
export function ownTokens(draft: Draft, model: bigint): Address[] {
  const tokens = new Set<Address>();
  // Few: the native coin and at most eight others.
  for (const token of tokensOf(draft)) {
    if (draft.get("pots", keyOf(model, token)) !== undefined) tokens.add(token);
  }
  return [...tokens];
}

const known = new WeakMap<ReadonlyMap<string, unknown>, { size: number; tokens: Address[] }>();

function tokensOf(draft: Draft): readonly Address[] {
  const { pots } = draft.state;
  const cached = known.get(pots);
  if (cached?.size === pots.size) return cached.tokens;
  const tokens = [...new Set([...pots.values()].map(({ token }) => token))];
  known.set(pots, { size: pots.size, tokens });
  return tokens;
}

/** Counts a holder's income up to now, so that its balance may change. */
export function settleShares(draft: Draft, model: bigint, holder: Address): void {
  const balance = draft.get("holdings", keyOf(model, holder))?.balance ?? 0n;
  for (const token of ownTokens(draft, model)) {
    const own = draft.get("pots", keyOf(model, token))?.own ?? 0n;
    const key = keyOf(model, holder, token);
    const old = draft.get("shareAccounts", key) ?? { scaled: 0n, seen: 0n, claimed: 0n };
    draft.set("shareAccounts", key, {
      ...old,
      scaled: old.scaled + balance * (own - old.seen),
      seen: own,
    });
  }
}
