import { isAddress, zeroAddress } from "viem";

/** What is wrong with an address as typed; null for a good one. */
export function accountProblem(text: string): string | null {
  const trimmed = text.trim();
  if (/\.eth$/i.test(trimmed)) return "Names are not looked up; give the address itself.";
  if (!isAddress(trimmed)) return "This is not an address, or one of its letters is wrong.";
  return trimmed === zeroAddress ? "The zero address is nobody’s." : null;
}
