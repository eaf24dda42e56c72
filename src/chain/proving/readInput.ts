import { isHex, parseUnits, sha256, size, stringToBytes } from "viem";
import type { Hex } from "viem";

/** An amount of the chain's coin as it was typed, in wei; null when it is none or nothing. */
export function readCoin(text: string, decimals = 18): bigint | null {
  const trimmed = text.trim();
  if (!/^\d{1,9}(\.\d{1,18})?$/.test(trimmed)) return null;
  const amount = parseUnits(trimmed, decimals);
  return amount > 0n ? amount : null;
}

/** A share in percent with up to four places, in millionths; null when it is none of 0 to 100. */
export function readPpm(text: string): number | null {
  const trimmed = text.trim();
  if (!/^\d{1,3}(\.\d{1,4})?$/.test(trimmed)) return null;
  const ppm = Number(parseUnits(trimmed, 4));
  return ppm <= 1_000_000 ? ppm : null;
}

/** Evidence as it was given: a hash as it stands, any other text by its own SHA-256. */
export function readEvidence(text: string): Hex | null {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  if (isHex(trimmed)) return size(trimmed) === 32 ? `0x${trimmed.slice(2).toLowerCase()}` : null;
  return sha256(stringToBytes(text));
}
