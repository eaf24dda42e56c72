import type { Address, Hex } from "viem";
import type { Stamp } from "./log.ts";

/** Deposit and settled calls between a licence and a host. */
export interface Channel {
  readonly licence: bigint;
  readonly host: Address;
  readonly holder: Address;
  readonly model: bigint;
  readonly token: Address;
  /** What the holder put in since it was opened. */
  readonly deposit: bigint;
  /** Settled since it was opened. */
  readonly settled: bigint;
  /** Calls settled between the two, counted over all openings. */
  readonly calls: bigint;
  readonly maxCalls: bigint;
  readonly withdrawDelay: number;
  readonly opened: Stamp;
  /** Unix seconds; null while nobody asked to close. */
  readonly closesAt: bigint | null;
  readonly closed: Stamp | null;
  /** What went back to the holder. */
  readonly returned: bigint;
}

/** The key that signs vouchers for a channel. */
export interface Session {
  readonly key: Address;
  readonly expires: bigint;
  readonly maxCalls: bigint;
  readonly maxAmount: bigint;
  readonly activated: Stamp;
  readonly revoked: boolean;
}

export interface Settlement {
  readonly licence: bigint;
  readonly host: Address;
  readonly model: bigint;
  readonly token: Address;
  readonly calls: bigint;
  readonly amount: bigint;
  readonly lastInputHash: Hex;
  readonly at: Stamp;
}
