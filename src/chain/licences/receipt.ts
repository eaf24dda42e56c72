import { formatUnits } from "viem";
import type { Address, Hash } from "viem";
import { divide } from "../accounting/splitter.ts";
import { WHOLE_PPM, type Ancestor } from "../accounting/lineage.ts";
import { ENDLESS } from "../indexer/reducers/licences.ts";
import { labelText } from "../indexer/select/models.ts";
import { NATIVE } from "../indexer/state.ts";
import type { LicencePayment, SplitPayment } from "./receiptEvents.ts";
import type { Money, Receipt, ReceiptEntry, TimeStamp } from "./receiptSchema.ts";
import { termsHashOf, type KindStruct } from "./terms.ts";

/** All that a receipt is made of, as the chain gave it. */
export interface ReceiptFacts {
  readonly chain: { readonly id: number; readonly name: string };
  readonly contracts: Receipt["contracts"];
  readonly hash: Hash;
  readonly from: Address;
  readonly block: bigint;
  readonly timeSeconds: bigint;
  readonly gasUsed: bigint;
  /** Wei. */
  readonly fee: bigint;
  readonly payments: readonly LicencePayment[];
  /** Of a licence: what it is of, and where it was bought. */
  readonly originOf: (licence: bigint) => {
    readonly model: bigint;
    readonly offer: number;
    readonly version: number;
    readonly hash: Hash;
  };
  /** Who held a licence after the transaction. */
  readonly holderOf: (licence: bigint) => Address;
  readonly termsOf: (model: bigint, offer: number, version: number) => KindStruct;
  /** Flattened lineage, as the registry has it. */
  readonly lineageOf: (model: bigint) => readonly Ancestor[];
  readonly modelOf: (id: bigint) => { readonly name: string; readonly uri: string };
  readonly coinOf: (token: Address) => { readonly symbol: string; readonly decimals: number };
  /** A page of the network's explorer. */
  readonly linkOf: (what: "tx" | "address", id: string) => string | null;
}

/** Last second that a JavaScript date can name. */
const LAST_DATE = 8_640_000_000_000n;

function stampOf(seconds: bigint): TimeStamp {
  return {
    unixSeconds: String(seconds),
    utc: seconds > LAST_DATE ? null : new Date(Number(seconds) * 1000).toISOString(),
  };
}

/** The receipt as a document; nothing in it comes from what a screen meant to do. */
export function buildReceipt(facts: ReceiptFacts): Receipt {
  const { chain, contracts, hash, block, timeSeconds, gasUsed, fee, payments } = facts;
  const entries = payments.map((payment) => entryOf(facts, payment));
  const links = [
    { what: "transaction", url: facts.linkOf("tx", hash) },
    ...Object.entries(contracts).map(([what, id]) => ({
      what: `contract: ${what}`,
      url: facts.linkOf("address", id),
    })),
    ...[...new Set(entries.flatMap(({ payer, recipient, paid }) => [payer, recipient, paid.token]))]
      .filter((id) => id !== NATIVE && id !== contracts.splitter)
      .map((id) => ({ what: `address ${id}`, url: facts.linkOf("address", id) })),
  ];
  return {
    format: "signet-receipt",
    version: 1,
    chain,
    transaction: {
      hash,
      block: String(block),
      time: stampOf(timeSeconds),
      gasUsed: String(gasUsed),
      fee: moneyOf(facts, NATIVE, fee),
    },
    contracts,
    entries,
    links: links.flatMap(({ what, url }) => (url === null ? [] : [{ what, url }])),
  };
}

function moneyOf({ coinOf }: ReceiptFacts, token: Address, units: bigint): Money {
  const { symbol, decimals } = coinOf(token);
  return { token, symbol, decimals, units: String(units), amount: formatUnits(units, decimals) };
}

function modelEntry({ modelOf }: ReceiptFacts, id: bigint): ReceiptEntry["model"] {
  return { id: String(id), ...modelOf(id) };
}

function entryOf(facts: ReceiptFacts, payment: LicencePayment): ReceiptEntry {
  const { licence, token, amount } = payment;
  const { splitter } = facts.contracts;
  const origin = payment.kind === "purchase" ? { ...payment, hash: null } : facts.originOf(licence);
  const version = payment.kind === "refund" ? origin.version : payment.version;
  const terms = facts.termsOf(origin.model, origin.offer, version);
  return {
    kind: payment.kind,
    licence: String(licence),
    model: modelEntry(facts, origin.model),
    offer: {
      number: origin.offer,
      label: labelText(terms.label),
      version,
      termsHash: termsHashOf(terms),
      textHash: terms.textHash,
    },
    buyer: facts.from,
    payer: payment.kind === "refund" ? splitter : payment.payer,
    payee: splitter,
    recipient: payment.kind === "renewal" ? facts.holderOf(licence) : payment.recipient,
    paid: moneyOf(facts, token, amount),
    expires:
      payment.kind === "refund" || payment.expires === ENDLESS ? null : stampOf(payment.expires),
    split: splitEntry(facts, payment, origin.model, BigInt(terms.refundWindow)),
    released:
      payment.kind === "renewal" && payment.released !== null
        ? moneyOf(facts, payment.released.token, payment.released.amount)
        : null,
    boughtIn: origin.hash,
  };
}

function splitEntry(
  facts: ReceiptFacts,
  payment: LicencePayment,
  model: bigint,
  windowSeconds: bigint,
): ReceiptEntry["split"] {
  const none = { heldUntil: null, parts: [], waitingUnits: null };
  if (payment.kind === "refund") return { ...none, state: "returned" };
  if (payment.amount === 0n) return { ...none, state: "free" };
  const lineage = facts.lineageOf(model);
  if (payment.split !== null) return dividedEntry(facts, payment.split, payment.token, lineage);
  return {
    ...none,
    state: "held",
    heldUntil: stampOf(facts.timeSeconds + windowSeconds),
    parts: sharesOf(model, lineage).map(({ model: id, ppm }) => ({
      model: modelEntry(facts, id),
      ppm: String(ppm),
      received: null,
    })),
  };
}

/** What everybody has of the model's total after the payment, less what they had before it. */
function dividedEntry(
  facts: ReceiptFacts,
  { model, amount, grossBefore }: SplitPayment,
  token: Address,
  lineage: readonly Ancestor[],
): ReceiptEntry["split"] {
  const before = divide(grossBefore, lineage);
  const after = divide(grossBefore + amount, lineage);
  const units = [
    after.model - before.model,
    ...after.ancestors.map((part, place) => part - before.ancestors[place]),
  ];
  return {
    state: "split",
    heldUntil: null,
    parts: sharesOf(model, lineage).map(({ model: id, ppm }, place) => ({
      model: modelEntry(facts, id),
      ppm: String(ppm),
      received: moneyOf(facts, token, units[place]),
    })),
    waitingUnits: String(after.waiting - before.waiting),
  };
}

function sharesOf(model: bigint, lineage: readonly Ancestor[]): Ancestor[] {
  const passedOn = lineage.reduce((sum, { ppm }) => sum + ppm, 0n);
  return [{ model, ppm: WHOLE_PPM - passedOn }, ...lineage];
}
