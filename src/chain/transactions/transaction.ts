import { isAddress, isHex, size } from "viem";
import type { Address, Hash, Hex } from "viem";
import * as v from "valibot";

const hash = v.custom<Hash>((value) => isHex(value) && size(value) === 32, "expected a hash");
const hex = v.custom<Hex>((value) => isHex(value), "expected bytes");
const address = v.custom<Address>(
  (value) => typeof value === "string" && isAddress(value, { strict: false }),
  "expected an address",
);
const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const decimal = v.pipe(v.string(), v.regex(/^(0|[1-9]\d{0,77})$/));
const text = v.pipe(v.string(), v.maxLength(400));

/**
 * Where a transaction stands. `wallet` waits for its owner's word; `unknown` says only that the chain
 * was not heard to have it, so it may still become any other. The last four are final.
 */
export const STEPS = [
  "wallet",
  "submitted",
  "confirming",
  "unknown",
  "confirmed",
  "reverted",
  "replaced",
  "cancelled",
] as const;

export type Step = (typeof STEPS)[number];

const FINAL: ReadonlySet<Step> = new Set(["confirmed", "reverted", "replaced", "cancelled"]);

/** As kept in the browser; plain JSON, so amounts are decimal strings. */
export const transactionSchema = v.strictObject({
  id: v.pipe(v.string(), v.uuid()),
  /** What it does, in the user's words: "Buy a licence of Tale Base". */
  label: text,
  chainId: whole,
  account: address,
  to: address,
  data: hex,
  /** Wei. */
  value: decimal,
  createdMs: whole,
  /** Head of the chain when it was sent; it cannot be in an older block. */
  sinceBlock: decimal,
  step: v.picklist(STEPS),
  /** Null until the wallet has answered. */
  hash: v.nullable(hash),
  /** Expected while it waits in the wallet, certain once the node knew it. */
  nonce: v.nullable(whole),
  /** Block that holds it; null while none does. */
  block: v.nullable(decimal),
  confirmations: whole,
  confirmationsNeeded: whole,
  /** Whether its owner sent it again with a higher fee; `hash` is then that of the newer one. */
  spedUp: v.boolean(),
  /** What took its place. */
  replacedBy: v.nullable(hash),
  /** Why it was reverted, or is unknown; one sentence. */
  reason: text,
  /** What to do about it; one sentence. */
  hint: text,
});

export type Transaction = v.InferOutput<typeof transactionSchema>;

/** True when nothing can change any more. */
export function isFinal({ step }: Pick<Transaction, "step">): boolean {
  return FINAL.has(step);
}

/** What was heard of a transaction. */
export type TransactionEvent =
  | { type: "sent"; hash: Hash }
  | { type: "seen"; nonce: number }
  | { type: "included"; block: bigint; confirmations: number; needed: number }
  | { type: "failed"; block: bigint; reason: string; hint: string }
  | { type: "spedUp"; hash: Hash }
  | { type: "replaced" | "cancelled"; by: Hash | null }
  | { type: "lost"; reason: string; hint: string };

/**
 * The life cycle. Final steps stay; anything else may come back from a re-organisation or from
 * silence, and no lapse of time alone makes a failure.
 */
export function nextTransaction(tx: Transaction, event: TransactionEvent): Transaction {
  if (isFinal(tx)) return tx;
  switch (event.type) {
    case "sent":
      return tx.hash === null ? { ...tx, ...QUIET, step: "submitted", hash: event.hash } : tx;
    case "seen":
      return { ...tx, ...QUIET, step: "submitted", nonce: event.nonce, block: null };
    case "included": {
      const done = event.confirmations >= event.needed;
      return {
        ...tx,
        ...QUIET,
        step: done ? "confirmed" : "confirming",
        block: event.block.toString(),
        confirmations: Math.min(event.confirmations, event.needed),
        confirmationsNeeded: event.needed,
      };
    }
    case "failed": {
      const { reason, hint } = event;
      return { ...tx, step: "reverted", block: event.block.toString(), reason, hint };
    }
    case "spedUp":
      return { ...tx, ...QUIET, step: "submitted", hash: event.hash, spedUp: true, block: null };
    case "replaced":
    case "cancelled":
      return { ...tx, ...QUIET, step: event.type, replacedBy: event.by };
    default:
      return { ...tx, step: "unknown", reason: event.reason, hint: event.hint };
  }
}

const QUIET = { reason: "", hint: "", confirmations: 0 } as const;
