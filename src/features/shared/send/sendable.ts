import type { Address, Hex } from "viem";
import type { Call } from "@/chain/transactions/send.ts";
import type { Transaction } from "@/chain/transactions/transaction.ts";

/** A call that is made only once it is agreed to, since making it keeps or asks for something first. */
export interface LateCall {
  to: Address;
  /** As far as it is known before: how the data of all such calls begins. */
  data: Hex;
  /** Wei. */
  value: bigint;
  make: () => Promise<Call>;
}

export type Sendable = Call | LateCall;

/** Whether a transaction is one of those that a button sends. */
export type Known = (tx: Pick<Transaction, "to" | "data">) => boolean;

/**
 * Knows a call again by whom it is sent to and by its data.
 *
 * @param call null while a form is not complete, which knows none
 * @param words how many words after the selector count; without it all of the data
 */
export function knownBy(call: Sendable | null, words?: number): Known {
  if (call === null) return () => false;
  const to = call.to.toLowerCase();
  const begins = words === undefined ? call.data : call.data.slice(0, 10 + 64 * words);
  return (tx) => tx.to.toLowerCase() === to && tx.data.startsWith(begins);
}
