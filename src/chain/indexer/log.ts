import type { Address, Hex } from "viem";

/** A log as a node gives it, with the time of its block: all that the reducer reads. */
export interface ChainLog {
  readonly address: Address;
  readonly topics: readonly Hex[];
  readonly data: Hex;
  readonly blockNumber: bigint;
  readonly logIndex: number;
  readonly transactionHash: Hex;
  /** Of the block, Unix seconds. */
  readonly timeSeconds: bigint;
}

/** Where and when something happened. */
export interface Stamp {
  readonly block: bigint;
  readonly timeSeconds: bigint;
  readonly transaction: Hex;
}

/** @returns where and when the log was written */
export function stampOf(log: ChainLog): Stamp {
  return {
    block: log.blockNumber,
    timeSeconds: log.timeSeconds,
    transaction: log.transactionHash,
  };
}

/** Order of the chain: by block, then by place in it. */
export function compareLogs(a: ChainLog, b: ChainLog): number {
  if (a.blockNumber !== b.blockNumber) return a.blockNumber < b.blockNumber ? -1 : 1;
  return a.logIndex - b.logIndex;
}
