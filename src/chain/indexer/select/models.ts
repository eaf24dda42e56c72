import type { Address } from "viem";
import { hexToBytes } from "viem";
import {
  keyOf,
  type ChainState,
  type Epoch,
  type KindTerms,
  type Licence,
  type LicenceKind,
  type Model,
} from "../state.ts";

/** What of a model a buyer may buy now. */
export interface Offer {
  readonly kind: number;
  /** The version that is sold. */
  readonly terms: KindTerms;
  readonly label: string;
  readonly open: boolean;
  readonly prices: readonly { readonly token: Address; readonly price: bigint }[];
}

/** A model with what a list shows of it. */
export interface ModelRow {
  readonly model: Model;
  /** The newest release; null while there is none. */
  readonly released: Epoch | null;
  /** All kinds, those on sale or not, by number. */
  readonly offers: readonly Offer[];
  readonly licences: number;
  readonly children: number;
}

/** The printable ASCII of a bytes32; what else is in it is shown as a dot. */
export function labelText(label: `0x${string}`): string {
  const bytes = [...hexToBytes(label)];
  const end = bytes.indexOf(0);
  return bytes
    .slice(0, end === -1 ? bytes.length : end)
    .map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : "·"))
    .join("");
}

/** The newest epoch that was released. */
export function latestRelease(model: Model): Epoch | null {
  return model.epochs.findLast(({ released }) => released !== null) ?? null;
}

/** Whether anybody can buy the offer now. */
export function isOnSale(offer: Offer): boolean {
  return offer.open && offer.prices.length > 0;
}

function offerOf(kind: LicenceKind): Offer | null {
  const terms = kind.versions.at(-1);
  if (terms === undefined) return null;
  const prices = [...kind.prices].map(([token, price]) => ({ token, price }));
  return { kind: kind.kind, terms, label: labelText(terms.label), open: kind.open, prices };
}

/** All models with their offers, by id. */
export function modelRows(state: ChainState): ModelRow[] {
  const offers = new Map<bigint, Offer[]>();
  for (const kind of state.kinds.values()) {
    const offer = offerOf(kind);
    if (offer !== null) offers.set(kind.model, [...(offers.get(kind.model) ?? []), offer]);
  }
  const licences = new Map<bigint, number>();
  for (const { model, ended } of state.licences.values()) {
    if (ended !== "refunded") licences.set(model, (licences.get(model) ?? 0) + 1);
  }
  const children = new Map<bigint, number>();
  for (const { parents } of state.models.values()) {
    for (const { model } of parents) children.set(model, (children.get(model) ?? 0) + 1);
  }
  return [...state.models.values()].map((model) => ({
    model,
    released: latestRelease(model),
    offers: (offers.get(model.id) ?? []).toSorted((a, b) => a.kind - b.kind),
    licences: licences.get(model.id) ?? 0,
    children: children.get(model.id) ?? 0,
  }));
}

/** Models that were made from this one directly. */
export function childrenOf(state: ChainState, model: bigint): Model[] {
  return [...state.models.values()].filter(({ parents }) =>
    parents.some((parent) => parent.model === model),
  );
}

/** Licences that an account holds, the newest first; those that were returned are not among them. */
export function licencesOf(state: ChainState, holder: Address): Licence[] {
  return [...state.licences.values()]
    .filter((licence) => licence.holder === holder && licence.ended !== "refunded")
    .toReversed();
}

/** Whether a licence is in force at a time. @param timeSeconds Unix */
export function isInForce(licence: Licence, timeSeconds: bigint): boolean {
  return licence.ended !== "refunded" && licence.expires >= timeSeconds;
}

/** The terms under which a licence was sold. */
export function termsOfLicence(state: ChainState, licence: Licence): KindTerms | undefined {
  return state.kinds
    .get(keyOf(licence.model, licence.kind))
    ?.versions.find(({ version }) => version === licence.version);
}
