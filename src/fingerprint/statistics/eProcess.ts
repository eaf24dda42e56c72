import { logMeanExp } from "./logSpace.ts";

/** Bets of the text process: the share of the stake that rides on a hit. */
export const BETS: readonly number[] = [0.25, 0.5, 0.75, 0.95];

/** Temperatures of the logit process. */
export const TEMPERATURES: readonly number[] = [0.5, 1, 2];

/**
 * A mixture of test martingales: every component multiplies its own factors, and evidence is the
 * mean of the products (not the product of the means). Each starts at 1 with expectation at most 1
 * under independence, so P[sup E ≥ 1/α] ≤ α at whatever key one stops (Ville, 1939).
 */
export class EProcess {
  readonly #logProducts: Float64Array;

  constructor(components: number) {
    this.#logProducts = new Float64Array(components);
  }

  /** Multiplies in one key's log factors, one per component, and returns log E in nats. */
  add(logFactors: ArrayLike<number>): number {
    if (logFactors.length !== this.#logProducts.length) {
      throw new RangeError("one factor per component");
    }
    for (let c = 0; c < logFactors.length; c++) this.#logProducts[c] += logFactors[c];
    return this.logE;
  }

  /** log E so far, nats. */
  get logE(): number {
    return logMeanExp(this.#logProducts);
  }
}

/**
 * Log factors of one hit or miss: e(b) = 1 + b(m·1[hit] − 1), b in BETS. Fair when a hit has
 * probability 1/m under independence; m = k for candidates drawn uniformly.
 */
export function hitLogFactors(hit: boolean, inverseChance: number): number[] {
  return BETS.map((bet) => Math.log1p(bet * (hit ? inverseChance - 1 : -1)));
}

/**
 * Log factors of one key from log-probabilities: e(τ) = k·w_r^τ / Σ_j w_j^τ, τ in TEMPERATURES, with
 * w_j = p_suspect(c_j | x) / p_base(c_j | x). Under independence r is uniform, so E[e(τ)] = 1.
 * @param suspect log p_suspect(c_j | x), nats (any common offset cancels)
 * @param base log p_base(c_j | x), nats
 */
export function logitLogFactors(
  suspect: readonly number[],
  base: readonly number[],
  response: number,
): number[] {
  const width = suspect.length;
  if (base.length !== width || !(response >= 0 && response < width)) {
    throw new RangeError("as many base as suspect log-probabilities, and a response among them");
  }
  const shift = suspect.map((value, j) => value - base[j]);
  let max = -Infinity;
  for (const value of shift) max = Math.max(max, value);
  return TEMPERATURES.map((tau) => {
    let sum = 0;
    for (const value of shift) sum += Math.exp(tau * (value - max));
    return Math.log(width) + tau * (shift[response] - max) - Math.log(sum);
  });
}

/**
 * True when the response is the single most likely of its own candidates. Ties are a miss: with
 * several at the top, more than one index would count as a hit and the chance would exceed 1/k.
 */
export function winsForcedChoice(suspect: readonly number[], response: number): boolean {
  return suspect.every((value, j) => j === response || value < suspect[response]);
}
