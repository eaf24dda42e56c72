import { getAddress, isAddress, isAddressEqual, zeroAddress } from "viem";
import type { Address } from "viem";

export type RecipientReading =
  | { readonly ok: true; readonly value: Address }
  | { readonly ok: false; readonly problem: string };

/**
 * Reads an address that is to hold a licence.
 *
 * @param text as typed
 * @param contracts addresses that can hold none, though they look like any other
 */
export function readRecipient(text: string, contracts: readonly Address[]): RecipientReading {
  const typed = text.trim();
  const bad = (problem: string): RecipientReading => ({ ok: false, problem });
  if (typed === "") return bad("Give the address that is to hold it.");
  if (!isAddress(typed, { strict: false })) return bad("An address is 0x and 40 digits, 0 to f.");
  // Mixed case carries a check sum; without one a slip of a digit would go unseen.
  const mixed = /[a-f]/.test(typed.slice(2)) && /[A-F]/.test(typed);
  if (mixed && !isAddress(typed)) return bad("Its check sum is wrong: a character was mistyped.");
  const value = getAddress(typed);
  if (isAddressEqual(value, zeroAddress)) return bad("Nobody has the zero address.");
  if (contracts.some((contract) => isAddressEqual(contract, value))) {
    return bad("That is a contract of the market, which can hold no licence.");
  }
  return { ok: true, value };
}
