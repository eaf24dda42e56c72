import { isAddress, isHex, size } from "viem";
import type { Address, Hash } from "viem";
import * as v from "valibot";

const address = v.custom<Address>(
  (value) => typeof value === "string" && isAddress(value, { strict: false }),
  "expected an address",
);
const hash = v.custom<Hash>((value) => isHex(value) && size(value) === 32, "expected a hash");
/** A whole number below 2^256 as a decimal, since JSON's numbers are not exact. */
const whole = v.pipe(v.string(), v.regex(/^(0|[1-9]\d{0,77})$/));
const text = v.pipe(v.string(), v.maxLength(600));

/** A time of the chain. `utc` is null where no calendar reaches it. */
const stamp = v.strictObject({
  unixSeconds: whole,
  utc: v.nullable(v.pipe(v.string(), v.isoTimestamp())),
});

const money = v.strictObject({
  /** The zero address for the native coin. */
  token: address,
  /** As the token says it: untrusted. */
  symbol: text,
  decimals: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(255)),
  /** In the token's smallest unit. */
  units: whole,
  /** The same in whole tokens, exactly. */
  amount: v.pipe(v.string(), v.regex(/^\d{1,78}(\.\d{1,255})?$/)),
});

const model = v.strictObject({ id: whole, name: text, uri: text });

const part = v.strictObject({
  /** To the holders of this model's shares. */
  model,
  /** Share of the payment, in millionths. */
  ppm: whole,
  /** Null while it is not split. */
  received: v.nullable(money),
});

const entry = v.strictObject({
  kind: v.picklist(["purchase", "renewal", "refund"]),
  licence: whole,
  model,
  offer: v.strictObject({
    number: v.pipe(v.number(), v.integer(), v.minValue(0)),
    label: text,
    version: v.pipe(v.number(), v.integer(), v.minValue(1)),
    termsHash: hash,
    /** SHA-256 of the licence text that people read. */
    textHash: hash,
  }),
  /** Who sent the transaction. */
  buyer: address,
  /** Whose money it was; of a refund the contract that held it. */
  payer: address,
  /** The contract that took the money; of a refund it goes on holding it, as the recipient's credit. */
  payee: address,
  /** Who holds the licence after it; of a refund who was credited. */
  recipient: address,
  paid: money,
  /** Last second in which the licence is in force; null for ever, and after a refund. */
  expires: v.nullable(stamp),
  split: v.strictObject({
    /**
     * `split` among the lineage in this transaction; `held` until its window for returning is over;
     * `returned` to the recipient; `free` when there was nothing to pay.
     */
    state: v.picklist(["split", "held", "returned", "free"]),
    heldUntil: v.nullable(stamp),
    parts: v.array(part),
    /** Smallest units that wait as fractions; below zero when earlier ones became whole. */
    waitingUnits: v.nullable(v.pipe(v.string(), v.regex(/^(0|-?[1-9]\d{0,77})$/))),
  }),
  /** Money of the purchase that a renewal made the model's before its window was over. */
  released: v.nullable(money),
  /** Transaction in which the licence was bought; null when it is this one. */
  boughtIn: v.nullable(hash),
});

/**
 * Receipt of a purchase, a renewal or a refund, as it can be kept in books: everything is read from one
 * transaction's receipt and from what the contracts keep for ever.
 */
export const receiptSchema = v.strictObject({
  format: v.literal("signet-receipt"),
  version: v.literal(1),
  chain: v.strictObject({ id: v.pipe(v.number(), v.integer(), v.minValue(1)), name: text }),
  transaction: v.strictObject({
    hash,
    block: whole,
    time: stamp,
    gasUsed: whole,
    /** The network's fee, paid by the buyer on top. */
    fee: money,
  }),
  contracts: v.strictObject({ registry: address, licences: address, splitter: address }),
  entries: v.pipe(v.array(entry), v.minLength(1)),
  /** Pages of the network's explorer; empty where none is known. */
  links: v.array(v.strictObject({ what: text, url: v.pipe(v.string(), v.startsWith("https://")) })),
});

export type Receipt = v.InferOutput<typeof receiptSchema>;
export type ReceiptEntry = Receipt["entries"][number];
export type Money = v.InferOutput<typeof money>;
export type TimeStamp = v.InferOutput<typeof stamp>;
