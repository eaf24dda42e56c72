import type { Address } from "viem";
import {
  addressOf,
  encodeEvent,
  hashOf,
  SYNTHETIC_CONTRACTS,
  type LooseLog,
} from "../../indexer/fixtures/syntheticEvents.ts";
import type { ChainLog } from "../../indexer/log.ts";
import { reduceAll } from "../../indexer/reduce.ts";
import { emptyState, NATIVE, SOURCES, type ChainState } from "../../indexer/state.ts";

/** Checksummed, as the indexer has them. */
export const ADA: Address = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
export const BEN: Address = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";
export const CYD: Address = "0x90F79bf6EB2c4f870365E785982E1f101E93b906";
export const DOLLAR: Address = "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65";
const { registry, splitter } = SYNTHETIC_CONTRACTS;

/** Writes the events of a small market, one block each, a minute apart. */
export class EventMarket {
  readonly logs: ChainLog[] = [];
  timeSeconds = 1_700_000_000n;
  readonly #gross = new Map<string, bigint>();
  #epochs = 0;

  get state(): ChainState {
    return reduceAll(emptyState(SYNTHETIC_CONTRACTS), this.logs);
  }

  static sharesOf(model: bigint): Address {
    return addressOf(0x50, Number(model));
  }

  register(model: bigint, parents: readonly { model: bigint; ppm: number }[] = []): void {
    const links = parents.map((parent) => ({ ...parent, expectedTermsHash: hashOf(1) }));
    this.#block([
      encodeEvent("registry", registry, "ModelRegistered", { model, owner: ADA, parents: links }),
    ]);
  }

  open(model: bigint, holdings: readonly (readonly [Address, bigint])[]): void {
    const shares = EventMarket.sharesOf(model);
    this.#block([
      encodeEvent("splitter", splitter, "SharesOpened", { model, shares }),
      ...holdings.map(([to, value]) => transferOf(model, NATIVE, to, value)),
    ]);
  }

  activateDao(model: bigint, governor: Address, timelock: Address): void {
    const { dao } = SYNTHETIC_CONTRACTS;
    this.#block([encodeEvent("dao", dao, "DaoActivated", { model, governor, timelock })]);
  }

  pay(model: bigint, token: Address, amount: bigint, source: (typeof SOURCES)[number]): void {
    const key = `${model} ${token}`;
    const gross = this.#gross.get(key) ?? 0n;
    this.#gross.set(key, gross + amount);
    const args = { model, token, source: SOURCES.indexOf(source), amount, gross };
    this.#block([encodeEvent("splitter", splitter, "Revenue", args)]);
  }

  transfer(model: bigint, from: Address, to: Address, amount: bigint): void {
    this.#block([transferOf(model, from, to, amount)]);
  }

  issue(model: bigint, to: Address, amount: bigint): void {
    const shareEpoch = ++this.#epochs;
    this.#block([
      encodeEvent("splitter", splitter, "SharesIssued", { model, to, amount, shareEpoch }),
      transferOf(model, NATIVE, to, amount),
    ]);
  }

  delegate(model: bigint, delegator: Address, toDelegate: Address): void {
    const args = { delegator, fromDelegate: NATIVE, toDelegate };
    this.#block([encodeEvent("shares", EventMarket.sharesOf(model), "DelegateChanged", args)]);
  }

  claim(model: bigint, token: Address, holder: Address, amount: bigint): void {
    const args = { model, token, holder, to: holder, amount };
    this.#block([encodeEvent("splitter", splitter, "Claimed", args)]);
  }

  #block(logs: readonly LooseLog[]): void {
    const blockNumber = (this.logs.at(-1)?.blockNumber ?? 0n) + 1n;
    this.timeSeconds += 60n;
    const { timeSeconds } = this;
    const transactionHash = hashOf(Number(blockNumber));
    logs.forEach((log, logIndex) =>
      this.logs.push({ ...log, blockNumber, logIndex, transactionHash, timeSeconds }),
    );
  }
}

function transferOf(model: bigint, from: Address, to: Address, value: bigint): LooseLog {
  return encodeEvent("shares", EventMarket.sharesOf(model), "Transfer", { from, to, value });
}
