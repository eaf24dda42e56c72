import { getAddress, isAddress, isAddressEqual, type Address } from "viem";
import { keyOf, NATIVE, type ChainState, type Model } from "../indexer/state.ts";

/** A part of a whole as percent with at most `digits` decimals, cut. */
export function percentOf(part: bigint, whole: bigint, digits = 4): string {
  if (whole === 0n) return "0 %";
  const scale = 10n ** BigInt(digits);
  const value = (part * 100n * scale) / whole;
  const fraction = (value % scale).toString().padStart(digits, "0").replace(/0+$/, "");
  return `${value / scale}${fraction === "" ? "" : `.${fraction}`} %`;
}

export type ShareUnit = "shares" | "percent";

/**
 * Reads a number of shares, or a percentage of `supply` that makes whole ones.
 *
 * @returns what is wrong with it as a sentence, else the shares
 */
export function readShares(text: string, unit: ShareUnit, supply: bigint): bigint | string {
  const trimmed = text.trim();
  if (trimmed === "") return "How many?";
  if (unit === "shares") {
    return /^\d{1,19}$/.test(trimmed) ? BigInt(trimmed) : "Give a whole number of shares.";
  }
  const match = /^(\d{1,3})(?:\.(\d{1,12}))?$/.exec(trimmed);
  if (match === null) return "Give a percentage such as 2.5.";
  const [, whole, fraction = ""] = match;
  const divisor = 100n * 10n ** BigInt(fraction.length);
  const product = BigInt(whole + fraction) * supply;
  if (product % divisor === 0n) return product / divisor;
  return `That is not a whole number of shares; ${product / divisor} would be the next below.`;
}

/** Contracts whose shares nobody could ever use. */
export interface DeadEnds {
  /** Contracts of the deployment by name. */
  readonly contracts: Readonly<Record<string, Address>>;
  readonly model: Model;
}

/** @returns what speaks against shares for this address as a sentence, else the address */
export function readReceiver(
  text: string,
  { contracts, model }: DeadEnds,
): { address: Address } | string {
  const trimmed = text.trim();
  if (trimmed === "") return "Whose address?";
  if (!/^0x[\da-f]{40}$/i.test(trimmed)) return "An address is 0x and 40 hexadecimal digits.";
  if (!isAddress(trimmed)) return "The address is mistyped: its capitals do not match.";
  const address = getAddress(trimmed);
  const is = (other: Address | null): boolean => other !== null && isAddressEqual(address, other);
  if (is(NATIVE)) return "Nobody has the zero address.";
  const dead = [model.shares, model.governor, model.timelock, ...Object.values(contracts)];
  if (dead.some(is)) return "That is a contract of the market, which could never use them.";
  return { address };
}

/** A holder's shares before and after. */
export interface ShareChange {
  readonly holder: Address;
  readonly before: bigint;
  readonly after: bigint;
}

/** Everybody's shares once `amount` has gone from one to another; the largest holder first. */
export function afterTransfer(
  state: ChainState,
  model: bigint,
  from: Address,
  to: Address,
  amount: bigint,
): ShareChange[] {
  return changed(state, model, [
    [from, -amount],
    [to, amount],
  ]);
}

/** Everybody's shares once `amount` new ones were issued. */
export function afterIssue(
  state: ChainState,
  model: bigint,
  to: Address,
  amount: bigint,
): ShareChange[] {
  return changed(state, model, [[to, amount]]);
}

function changed(
  state: ChainState,
  model: bigint,
  changes: readonly (readonly [Address, bigint])[],
): ShareChange[] {
  const rows = new Map<Address, ShareChange>();
  for (const { model: of, holder, balance } of state.holdings.values()) {
    if (of === model) rows.set(holder, { holder, before: balance, after: balance });
  }
  for (const [holder, amount] of changes) {
    const row = rows.get(holder) ?? { holder, before: 0n, after: 0n };
    rows.set(holder, { ...row, after: row.after + amount });
  }
  return [...rows.values()]
    .filter(({ before, after }) => before > 0n || after > 0n)
    .toSorted((a, b) => (a.after === b.after ? 0 : a.after < b.after ? 1 : -1));
}

/**
 * Who gets the votes of shares that somebody receives: the receiver's delegate, the receiver itself
 * when it held none, or nobody when it gave its votes up.
 */
export function votesGoTo(state: ChainState, model: bigint, to: Address): Address | null {
  const held = state.holdings.get(keyOf(model, to));
  if (held?.delegate != null) return held.delegate;
  return (held?.balance ?? 0n) === 0n ? to : null;
}
