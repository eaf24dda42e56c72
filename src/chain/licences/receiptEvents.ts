import { isAddressEqual } from "viem";
import type { Address, Hex } from "viem";
import { decodeLog } from "../indexer/decode.ts";
import type { ChainLog } from "../indexer/log.ts";

/** A log of a transaction's receipt, as far as it is read. */
export type ReceiptLog = Pick<ChainLog, "address" | "topics" | "data" | "logIndex">;

/** A payment that the splitter divided. */
export interface SplitPayment {
  readonly model: bigint;
  readonly amount: bigint;
  /** All that was paid to the model before it. */
  readonly grossBefore: bigint;
}

interface Common {
  readonly licence: bigint;
  readonly token: Address;
  /** In the token's smallest unit. */
  readonly amount: bigint;
}

/** What a transaction did to one licence, by its logs alone. */
export type LicencePayment =
  | (Common & {
      readonly kind: "purchase";
      readonly model: bigint;
      readonly offer: number;
      readonly version: number;
      readonly payer: Address;
      readonly recipient: Address;
      readonly expires: bigint;
      readonly split: SplitPayment | null;
    })
  | (Common & {
      readonly kind: "renewal";
      readonly version: number;
      readonly payer: Address;
      readonly expires: bigint;
      readonly split: SplitPayment | null;
      /** Money of the purchase that became the model's income with it. */
      readonly released: { readonly token: Address; readonly amount: bigint } | null;
    })
  | (Common & { readonly kind: "refund"; readonly recipient: Address });

const LICENCE_SOURCE = 0;
const RENEWAL_SOURCE = 1;

/**
 * Purchases, renewals and refunds in a transaction's logs, in their order. Logs of other addresses are
 * left aside, however much they look alike.
 */
export function paymentsIn(
  logs: readonly ReceiptLog[],
  contracts: { readonly licences: Address; readonly splitter: Address },
): LicencePayment[] {
  const found: LicencePayment[] = [];
  const sorted = logs.toSorted((a, b) => a.logIndex - b.logIndex);
  for (const log of sorted) {
    const last = found.at(-1);
    if (isAddressEqual(log.address, contracts.licences)) {
      const payment = paymentOf(log);
      if (payment !== null) found.push(payment);
      else if (last?.kind === "renewal") found.splice(-1, 1, withReleased(last, log));
    } else if (isAddressEqual(log.address, contracts.splitter) && last !== undefined) {
      found.splice(-1, 1, withSplit(last, log));
    }
  }
  return found;
}

function paymentOf(log: { topics: readonly Hex[]; data: Hex }): LicencePayment | null {
  const event = decodeLog("licences", log);
  if (event?.eventName === "LicenceBought") {
    const { model, licence, to, payer, kind, version, token, price, expires } = event.args;
    const bought = { kind: "purchase", licence, model, offer: kind, version, token } as const;
    return { ...bought, amount: price, payer, recipient: to, expires, split: null };
  }
  if (event?.eventName === "LicenceRenewed") {
    const { licence, payer, version, token, price, expires } = event.args;
    const renewed = { kind: "renewal", licence, version, token, amount: price } as const;
    return { ...renewed, payer, expires, split: null, released: null };
  }
  if (event?.eventName === "LicenceRefunded") {
    const { licence, holder, token, amount } = event.args;
    return { kind: "refund", licence, token, amount, recipient: holder };
  }
  return null;
}

function withReleased(payment: LicencePayment, log: ReceiptLog): LicencePayment {
  const event = decodeLog("licences", log);
  if (payment.kind !== "renewal" || event?.eventName !== "EscrowReleased") return payment;
  const { licence, token, amount } = event.args;
  return licence === payment.licence ? { ...payment, released: { token, amount } } : payment;
}

function withSplit(payment: LicencePayment, log: ReceiptLog): LicencePayment {
  const event = decodeLog("splitter", log);
  if (payment.kind === "refund" || payment.split !== null) return payment;
  if (event?.eventName !== "Revenue") return payment;
  const { model, token, source, amount, gross } = event.args;
  const wanted = payment.kind === "purchase" ? LICENCE_SOURCE : RENEWAL_SOURCE;
  if (source !== wanted || amount !== payment.amount) return payment;
  if (!isAddressEqual(token, payment.token)) return payment;
  if (payment.kind === "purchase" && model !== payment.model) return payment;
  return { ...payment, split: { model, amount, grossBefore: gross } };
}
