/**
 * What may be done with a licence, by the rules of contracts/src/LicenceToken.sol. The chain decides;
 * these say beforehand what it will answer and why.
 */
import { getAddress } from "viem";
import type { Address } from "viem";
import { labelText, termsOfLicence, type Offer } from "../indexer/select/models.ts";
import { ENDLESS } from "../indexer/reducers/licences.ts";
import { keyOf, type ChainState, type KindTerms, type Licence } from "../indexer/state.ts";

/** A licence that ends within this is told to its holder. */
export const EXPIRING_SECONDS = 14n * 86_400n;

export type Standing = "in force" | "expiring" | "expired" | "given up" | "returned";

/** How a licence stands. @param now Unix seconds */
export function standingOf(licence: Licence, now: bigint, duration?: bigint): Standing {
  const { ended, expires } = licence;
  if (ended === "refunded") return "returned";
  if (expires < now) return ended === "cancelled" ? "given up" : "expired";
  if (expires === ENDLESS) return "in force";
  // Of a licence for a week, two weeks before its end would be always.
  const fifth = duration === undefined || duration === 0n ? EXPIRING_SECONDS : duration / 5n;
  const soon = fifth < EXPIRING_SECONDS ? fifth : EXPIRING_SECONDS;
  return expires - now <= soon ? "expiring" : "in force";
}

export type Renewable =
  | {
      readonly open: true;
      /** The version that is sold now, whose terms hold from the renewal on. */
      readonly terms: KindTerms;
      readonly prices: Offer["prices"];
      /** Last second in which it will be in force. */
      readonly expires: bigint;
      /** Calls left afterwards; 2^64 - 1 without limit. */
      readonly quota: bigint;
      /** Whether terms other than the licence's own will hold. */
      readonly termsChange: boolean;
      /** Whether the money of the purchase, which can still be returned, becomes the model's. */
      readonly endsRefund: boolean;
    }
  | { readonly open: false; readonly reason: string };

/** What renewing comes to. @param now Unix seconds, of the chain */
export function renewalOf(state: ChainState, licence: Licence, now: bigint): Renewable {
  const shut = (reason: string): Renewable => ({ open: false, reason });
  if (licence.ended === "refunded") return shut("It was returned.");
  if (licence.expires === ENDLESS) return shut("It never expires.");
  const kind = state.kinds.get(keyOf(licence.model, licence.kind));
  const terms = kind?.versions.at(-1);
  if (kind === undefined || terms === undefined) return shut("Its kind is not known.");
  if (!kind.open) return shut("Its kind is not on sale now.");
  const prices = [...kind.prices].map(([token, price]) => ({ token, price }));
  if (prices.length === 0) return shut("Its kind has no price now.");
  const from = licence.expires > now ? licence.expires : now;
  const expires = terms.duration === 0n ? ENDLESS : from + terms.duration;
  if (terms.duration !== 0n && expires >= ENDLESS) return shut("Its end would be too far away.");
  return {
    open: true,
    terms,
    prices,
    expires,
    quota: terms.quota === 0n ? ENDLESS : addCalls(licence.quota, terms.quota),
    termsChange: terms.version !== licence.version,
    endsRefund: licence.escrow !== null && now < licence.escrow.until,
  };
}

function addCalls(left: bigint, more: bigint): bigint {
  if (left === ENDLESS) return ENDLESS;
  return left + more < ENDLESS ? left + more : ENDLESS - 1n;
}

export type Refundable =
  | {
      readonly open: true;
      readonly token: Address;
      readonly amount: bigint;
      readonly until: bigint;
    }
  | { readonly open: false; readonly reason: string };

/** Whether a licence can be returned, for how much, and else why not. @param now Unix seconds */
export function refundOf(state: ChainState, licence: Licence, now: bigint): Refundable {
  const shut = (reason: string): Refundable => ({ open: false, reason });
  const { escrow, history } = licence;
  if (licence.ended === "refunded") return shut("It was returned already.");
  if (escrow !== null && now < escrow.until) return { open: true, ...escrow };
  if (escrow !== null) return shut("The window for returning it is over.");
  if (history.some(({ what }) => what === "renewed")) {
    return shut("It was renewed, and a renewal is final.");
  }
  const window = BigInt(termsOfLicence(state, licence)?.refundWindow ?? 0);
  if (window === 0n) return shut("It was sold without a window for returning it.");
  if (now >= licence.bought.timeSeconds + window) {
    return shut("The window for returning it is over.");
  }
  return shut("It was used, so it can no longer be returned.");
}

/** Why a licence cannot change hands now; null when it can. @param now Unix seconds */
export function transferBar(state: ChainState, licence: Licence, now: bigint): string | null {
  if (licence.ended === "refunded") return "It was returned.";
  if (termsOfLicence(state, licence)?.transferable !== true)
    return "Its terms bind it to its holder.";
  if (licence.expires < now) return "It is no longer in force.";
  if (licence.channels > 0) return "A usage channel is open on it. Close that first.";
  return null;
}

/** The name of a licence's kind; untrusted, for text only. */
export function kindName(state: ChainState, licence: Licence): string {
  const terms = termsOfLicence(state, licence);
  return terms === undefined ? `kind ${licence.kind}` : labelText(terms.label);
}

/** What an account may withdraw from the splitter in a token, in its smallest unit. */
export function creditOf(state: ChainState, account: Address, token: Address): bigint {
  return state.credits.get(keyOf("splitter", account, getAddress(token))) ?? 0n;
}
