import { formatUnits } from "viem";
import type { Address, Hex } from "viem";
import type { ChainState, LicenceKind, Model } from "../indexer/state.ts";
import { NATIVE } from "../indexer/state.ts";
import { labelText } from "../indexer/select/models.ts";

/** A call that a proposal makes through the model's timelock. */
export interface ProposedCall {
  readonly target: Address;
  /** Wei. */
  readonly value: bigint;
  readonly data: Hex;
}

/** Contracts that a DAO may call. */
export interface GovernedContracts {
  readonly registry: Address;
  readonly licences: Address;
  readonly splitter: Address;
  readonly provers: Address;
}

/** What prices can be in. */
export interface Coin {
  readonly token: Address;
  /** Untrusted text. */
  readonly symbol: string;
  readonly decimals: number;
}

/** Everything that forms, decoder and effects look at: one model at one moment. */
export interface GovernContext {
  readonly state: ChainState;
  readonly model: Model;
  readonly contracts: GovernedContracts;
  readonly coins: readonly Coin[];
  /** Unix seconds of the chain. */
  readonly now: bigint;
}

/** Whether two addresses are one, however their letters are written. */
export function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** The coin with this address; undefined for one that the studio does not know. */
export function coinOf({ coins }: Pick<GovernContext, "coins">, token: Address): Coin | undefined {
  return coins.find((coin) => isSame(coin.token, token));
}

/** `1,234.5 ETH`; an unknown token's amount in its smallest unit, with its address. */
export function amountText(
  context: Pick<GovernContext, "coins">,
  token: Address,
  amount: bigint,
): string {
  const coin = coinOf(context, token);
  if (coin === undefined) return `${countText(amount)} smallest units of ${token}`;
  const [whole, fraction] = formatUnits(amount, coin.decimals).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return `${grouped}${fraction === undefined ? "" : `.${fraction}`} ${coin.symbol}`;
}

/** `1,234,567`. */
export function countText(count: bigint): string {
  return count.toString().replace(/\B(?=(\d{3})+$)/g, ",");
}

/** The model's kinds of licence, by number. */
export function kindsOf({ state, model }: Pick<GovernContext, "state" | "model">): LicenceKind[] {
  return [...state.kinds.values()]
    .filter((kind) => kind.model === model.id)
    .toSorted((a, b) => a.kind - b.kind);
}

/** `“commercial”`, or the number of a kind that does not exist. Untrusted text. */
export function kindText(context: Pick<GovernContext, "state" | "model">, kind: number): string {
  const found = kindsOf(context).find((entry) => entry.kind === kind);
  const terms = found?.versions.at(-1);
  return terms === undefined ? `kind ${kind}` : `“${labelText(terms.label)}”`;
}

/** A coin's symbol, or the address of one that is not known. */
export function coinText(context: Pick<GovernContext, "coins">, token: Address): string {
  return coinOf(context, token)?.symbol ?? (token === NATIVE ? "the coin" : token);
}
