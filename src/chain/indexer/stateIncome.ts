import type { Address } from "viem";
import type { ChainLog, Stamp } from "./log.ts";
import { stampOf } from "./log.ts";
import type { IncomeSource } from "./state.ts";

/** Where and when, with the place in the block, by which everything of a chain can be put in order. */
export interface Place extends Stamp {
  readonly logIndex: number;
}

/** A payment to a model, before its split. */
export interface Payment {
  readonly model: bigint;
  readonly token: Address;
  /** Never "lineage": that follows from the descendants' payments. */
  readonly source: IncomeSource;
  readonly amount: bigint;
  /** The model's total before it, from which every part follows. */
  readonly gross: bigint;
  readonly at: Place;
}

/** A claim that was paid. */
export interface Payout {
  readonly model: bigint;
  readonly token: Address;
  readonly holder: Address;
  readonly to: Address;
  readonly amount: bigint;
  readonly at: Place;
}

/** Shares that changed hands; from the zero address when they were opened or issued. */
export interface ShareMove {
  readonly model: bigint;
  readonly from: Address;
  readonly to: Address;
  readonly amount: bigint;
  readonly at: Place;
}

/** @returns where and when the log was written, and its place there */
export function placeOf(log: ChainLog): Place {
  return { ...stampOf(log), logIndex: log.logIndex };
}

/** The chain's order. */
export function comparePlaces(a: Place, b: Place): number {
  if (a.block !== b.block) return a.block < b.block ? -1 : 1;
  return a.logIndex - b.logIndex;
}
