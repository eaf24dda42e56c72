/**
 * What stands between an account and a payment by allowance.
 *
 * - `ready`: the splitter may take exactly the price, or the price is nothing.
 * - `excess`: it may take more, so that something would be left over.
 * - `approve`: nothing is allowed yet.
 * - `clear`: something else is allowed, and some tokens change an allowance only from or to nothing.
 */
export type AllowanceStep = "ready" | "excess" | "approve" | "clear";

/**
 * The next step to an allowance of exactly the price; more is never asked for.
 *
 * @param allowance what the splitter may take now
 * @param price both in the token's smallest unit
 */
export function allowanceStep(allowance: bigint, price: bigint): AllowanceStep {
  if (allowance === price || price === 0n) return "ready";
  if (allowance > price) return "excess";
  return allowance === 0n ? "approve" : "clear";
}
