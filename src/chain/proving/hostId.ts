import { keccak256, stringToHex } from "viem";
import type { Hex } from "viem";
import { FilingError } from "./filingError.ts";

/**
 * A host's base URL in the one spelling that is hashed: scheme, host and path without a slash at the
 * end, nothing else.
 * @throws FilingError BAD_HOST_URL unless it is http or https without user, query and fragment.
 */
export function baseUrlOf(url: string): string {
  const text = url.trim();
  if (text.length <= 2_000 && URL.canParse(text)) {
    const { protocol, origin, pathname, username, password, search, hash } = new URL(text);
    const plain = username === "" && password === "" && search === "" && hash === "";
    if (/^https?:$/.test(protocol) && plain) return `${origin}${pathname}`.replace(/\/+$/, "");
  }
  throw new FilingError(
    "BAD_HOST_URL",
    "That is not the base URL of a host.",
    "Enter an http:// or https:// address without user name, query or fragment.",
  );
}

/** keccak256 of the base URL in UTF-8: how the prover network names a host. Throws as `baseUrlOf`. */
export function hostIdOf(url: string): Hex {
  return keccak256(stringToHex(baseUrlOf(url)));
}
