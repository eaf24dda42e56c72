import { getAddress, isAddress, parseUnits, zeroAddress } from "viem";
import type { Address, Hex } from "viem";
import type {
  ContributorDraft,
  KindDraft,
  ParentDraft,
  RegistrationDraft,
  TermsDraft,
} from "@/rpc/registration.ts";
import { flatten, LineageError, WHOLE_PPM } from "../accounting/lineage.ts";
import type { Ancestor } from "../accounting/lineage.ts";
import { label32, textHash } from "../market/demoKinds.ts";

/** A form as it was read: its values, or what is wrong with it, by field. */
export type Reading<T> =
  | { ok: true; value: T }
  | { ok: false; problems: Readonly<Record<string, string>> };

/** Shares of a model when they are opened. */
export const ALL_SHARES = 1_000_000n;
const MOST_HOLDERS = 64;
const DAY_S = 86_400n;
const MOST_URI_BYTES = 512;

/** Millionths of a percentage with at most 4 decimals; null when it is not one. */
export function readPercent(text: string): bigint | null {
  const trimmed = text.trim();
  return /^\d{1,3}(\.\d{1,4})?$/.test(trimmed) ? parseUnits(trimmed, 4) : null;
}

/** A whole number in decimal; null when it is not one. */
export function readWhole(text: string): bigint | null {
  const trimmed = text.trim();
  return /^\d{1,19}$/.test(trimmed) ? BigInt(trimmed) : null;
}

/** What the registry says of a possible parent. */
export interface ParentTerms {
  model: bigint;
  derivatives: boolean;
  /** Whether this owner must be approved, and is not. */
  approvalMissing: boolean;
  requiredPpm: bigint;
  termsHash: Hex;
  ancestors: readonly Ancestor[];
}

export interface ParentsValue {
  links: { model: bigint; ppm: number; expectedTermsHash: Hex }[];
  /** Who gets which part of the new model's revenue. */
  flat: Ancestor[];
}

/** Reads the parents against what the registry says of them now. */
export function readParents(
  drafts: readonly ParentDraft[],
  known: ReadonlyMap<string, ParentTerms>,
): Reading<ParentsValue> {
  const problems: Record<string, string> = {};
  const links: ParentsValue["links"] = [];
  for (const { model, percent, termsHash } of drafts) {
    const terms = known.get(model);
    const ppm = readPercent(percent);
    if (terms === undefined) problems[model] = "The registry has not answered for this parent yet.";
    else if (!terms.derivatives) problems[model] = "Its terms forbid derivatives.";
    else if (terms.approvalMissing) problems[model] = "Its owner has to approve you first.";
    else if (terms.termsHash !== termsHash) {
      problems[model] = "Its terms changed since it was added; read them again.";
    } else if (ppm === null) problems[model] = "Give a percentage with at most 4 decimals.";
    else if (ppm < terms.requiredPpm) {
      problems[model] = `Its terms ask for at least ${showPpm(terms.requiredPpm)}.`;
    } else {
      links.push({
        model: terms.model,
        ppm: Number(ppm),
        expectedTermsHash: terms.termsHash,
      });
    }
  }
  if (Object.keys(problems).length > 0) return { ok: false, problems };
  try {
    const edges = links.map(({ model, ppm }) => ({ model, ppm: BigInt(ppm) }));
    const flat = flatten(edges, (model) => known.get(model.toString())?.ancestors ?? []);
    return { ok: true, value: { links, flat } };
  } catch (error) {
    if (!(error instanceof LineageError)) throw error;
    return { ok: false, problems: { "": `${error.message} ${error.hint}` } };
  }
}

export interface ContributorsValue {
  holders: Address[];
  amounts: bigint[];
}

/** Reads who holds the shares; they must sum to 1,000,000. Problems are keyed by row. */
export function readContributors(drafts: readonly ContributorDraft[]): Reading<ContributorsValue> {
  const problems: Record<string, string> = {};
  const holders: Address[] = [];
  const amounts: bigint[] = [];
  for (const [row, { address, shares }] of drafts.entries()) {
    const trimmed = address.trim();
    const amount = readWhole(shares);
    if (!isAddress(trimmed)) {
      problems[row] = /\.eth$/i.test(trimmed)
        ? "Names are not looked up; give the address itself."
        : "This is not an address, or one of its letters is wrong.";
    } else if (trimmed === zeroAddress) problems[row] = "The zero address can hold nothing.";
    else if (holders.includes(getAddress(trimmed))) problems[row] = "This address is named twice.";
    else if (amount === null || amount === 0n) problems[row] = "Give a whole number of shares.";
    else {
      holders.push(getAddress(trimmed));
      amounts.push(amount);
    }
  }
  if (drafts.length > MOST_HOLDERS)
    problems[""] = `At most ${MOST_HOLDERS} holders at the opening.`;
  const total = amounts.reduce((sum, amount) => sum + amount, 0n);
  if (Object.keys(problems).length === 0 && total !== ALL_SHARES) {
    const gap = ALL_SHARES - total;
    problems[""] =
      gap > 0n
        ? `${gap} of 1,000,000 shares are not given to anyone.`
        : `${-gap} shares more than 1,000,000.`;
  }
  if (Object.keys(problems).length > 0) return { ok: false, problems };
  return { ok: true, value: { holders, amounts } };
}

export interface TermsValue {
  textHash: Hex;
  derivativePpm: number;
  derivatives: boolean;
  approval: boolean;
}

export function readTerms(draft: TermsDraft): Reading<TermsValue> {
  const problems: Record<string, string> = {};
  const ppm = draft.derivatives ? readPercent(draft.percent) : 0n;
  if (draft.text.trim() === "") problems["text"] = "Say what derivatives may and must do.";
  if (ppm === null || ppm > WHOLE_PPM / 2n) problems["percent"] = "Give a percentage up to 50.";
  if (Object.keys(problems).length > 0 || ppm === null) return { ok: false, problems };
  const { text, derivatives, approval } = draft;
  const value = { textHash: textHash(text), derivativePpm: Number(ppm), derivatives, approval };
  return { ok: true, value };
}

export interface KindValue {
  kind: number;
  terms: {
    label: Hex;
    textHash: Hex;
    duration: bigint;
    quota: bigint;
    refundWindow: number;
    hostPpm: number;
    resalePpm: number;
    transferable: boolean;
  };
  prices: { token: Address; price: bigint }[];
}

/** Reads a kind of licence. @param decimals of each token that may be paid with, by its address */
export function readKind(
  draft: KindDraft,
  kind: number,
  decimals: ReadonlyMap<string, number>,
): Reading<KindValue> {
  const problems: Record<string, string> = {};
  const label = draft.label.trim();
  const days = draft.days.trim() === "" ? 0n : readWhole(draft.days);
  const refundDays = draft.refundDays.trim() === "" ? 0n : readWhole(draft.refundDays);
  const quota = draft.quota.trim() === "" ? 0n : readWhole(draft.quota);
  const host = readPercent(draft.hostPercent);
  const resale = readPercent(draft.resalePercent);
  if (!/^[ -~]{1,32}$/.test(label)) problems["label"] = "1 to 32 plain letters, digits or signs.";
  if (draft.text.trim() === "") problems["text"] = "A buyer must be able to read the licence.";
  if (days === null || days > 36_500n || (days === 0n && draft.days.trim() !== "")) {
    problems["days"] = "Whole days up to 36,500, or leave it empty for ever.";
  }
  if (quota === null || (quota === 0n && draft.quota.trim() !== "")) {
    problems["quota"] = "A whole number, or leave it empty for no limit.";
  }
  if (refundDays === null || refundDays > 30n) problems["refundDays"] = "0 to 30 days.";
  else if (days !== null && days > 0n && refundDays > days) {
    problems["refundDays"] = "Not longer than the licence itself.";
  }
  if (host === null || host > 900_000n) problems["hostPercent"] = "A percentage up to 90.";
  if (resale === null || resale > 100_000n) problems["resalePercent"] = "A percentage up to 10.";
  const prices: KindValue["prices"] = [];
  for (const { token, amount } of draft.prices) {
    const trimmed = amount.trim();
    if (trimmed === "") continue;
    const places = decimals.get(token.toLowerCase());
    const price = places === undefined ? null : readAmount(trimmed, places);
    if (price === null || !isAddress(token, { strict: false })) {
      problems[`price-${token}`] = "An amount such as 0.5, or 0 for a free licence.";
    } else prices.push({ token: getAddress(token), price });
  }
  if (prices.length === 0) problems["prices"] = "Give a price in at least one coin.";
  if (
    Object.keys(problems).length > 0 ||
    days === null ||
    quota === null ||
    refundDays === null ||
    host === null ||
    resale === null
  ) {
    return { ok: false, problems };
  }
  const terms = {
    label: label32(label),
    textHash: textHash(draft.text),
    duration: days * DAY_S,
    quota,
    refundWindow: Number(refundDays * DAY_S),
    hostPpm: Number(host),
    resalePpm: Number(resale),
    transferable: draft.transferable,
  };
  return { ok: true, value: { kind, terms, prices } };
}

/** Where the model is described: https, ipfs or nothing. Returns what is wrong, or null. */
export function uriProblem(uri: string): string | null {
  const trimmed = uri.trim();
  if (trimmed === "") return null;
  if (new TextEncoder().encode(trimmed).length > MOST_URI_BYTES) return "At most 512 bytes.";
  return /^(https:\/\/[^\s/]|ipfs:\/\/[^\s/])\S*$/.test(trimmed)
    ? null
    : "An address that begins with https:// or ipfs://.";
}

/** `12.5 %` of 125,000 millionths. */
export function showPpm(ppm: bigint): string {
  const whole = ppm / 10_000n;
  const rest = (ppm % 10_000n).toString().padStart(4, "0").replace(/0+$/, "");
  return `${whole}${rest === "" ? "" : `.${rest}`} %`;
}

/** True when everything that the release and the sale need can be read. */
export function isComplete(
  draft: RegistrationDraft,
  decimals: ReadonlyMap<string, number>,
): boolean {
  return (
    readContributors(draft.contributors).ok &&
    readTerms(draft.terms).ok &&
    uriProblem(draft.uri) === null &&
    draft.kinds.every((kind, at) => readKind(kind, at + 1, decimals).ok)
  );
}

/** An amount of whole coins in the smallest unit; null when it is not one or too large. */
export function readAmount(text: string, decimals: number): bigint | null {
  const fraction = decimals === 0 ? "" : `(\\.\\d{1,${decimals}})?`;
  if (!new RegExp(`^\\d{1,20}${fraction}$`).test(text)) return null;
  const amount = parseUnits(text, decimals);
  return amount < 2n ** 128n ? amount : null;
}
