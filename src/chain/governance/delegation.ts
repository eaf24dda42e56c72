import type { Address } from "viem";
import type { ChainState, ShareHolding } from "../indexer/state.ts";
import { keyOf } from "../indexer/state.ts";

/** A holder of shares or of votes, and who votes with the shares. */
export interface HolderRow extends ShareHolding {
  /** Of all shares, in millionths, cut. */
  readonly ppm: bigint;
}

/** Everybody who has shares or votes of a model, those with most votes first. */
export function holdersOf(state: ChainState, model: bigint): HolderRow[] {
  const supply = state.models.get(model)?.supply ?? 0n;
  return [...state.holdings.values()]
    .filter((held) => held.model === model && (held.balance > 0n || held.votes > 0n))
    .map((held) => ({
      ...held,
      ppm: supply === 0n ? 0n : (held.balance * 1_000_000n) / supply,
    }))
    .toSorted((a, b) => compare(b.votes, a.votes) || compare(b.balance, a.balance));
}

function compare(a: bigint, b: bigint): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** What an account has to say in a model now. */
export interface Power {
  readonly shares: bigint;
  /** Own shares and those of others that count for it. */
  readonly votes: bigint;
  readonly delegate: Address | null;
  /** Others whose shares it votes with. */
  readonly delegators: readonly ShareHolding[];
}

export function powerOf(state: ChainState, model: bigint, account: Address): Power {
  const own = state.holdings.get(keyOf(model, account));
  const delegators = [...state.holdings.values()].filter(
    (held) =>
      held.model === model &&
      held.delegate === account &&
      held.holder !== account &&
      held.balance > 0n,
  );
  return {
    shares: own?.balance ?? 0n,
    votes: own?.votes ?? 0n,
    delegate: own?.delegate ?? null,
    delegators,
  };
}

/** Shares with which nobody votes. */
export function idleShares(state: ChainState, model: bigint): bigint {
  return [...state.holdings.values()]
    .filter((held) => held.model === model && held.delegate === null)
    .reduce((sum, { balance }) => sum + balance, 0n);
}
