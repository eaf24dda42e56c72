const MILLION = 1_000_000n;

/** What provers are expected to deter a host from. */
export interface Deterrence {
  /** p: the chance that at least one of n questions is answered with its fingerprint, 0 to 1. */
  readonly caught: number;
  /** Least that being caught must cost, in wei, for the gain not to be worth it; null when p is 0. */
  readonly loss: bigint | null;
  /** Least collateral for that, since one call costs half of it; null when p is 0. */
  readonly collateral: bigint | null;
}

/**
 * p = 1 − (1 − α)ⁿ, and a loss of at least gain · (1 − p) / p, exactly and rounded up.
 *
 * @param alphaPpm α, the chance that one question catches the host, in millionths
 * @param questions n, questions asked while the host earns the gain; up to 10,000
 * @param gain what the host earns by serving without a licence, in wei
 * @throws RangeError outside of these.
 */
export function deterrenceOf(alphaPpm: number, questions: number, gain: bigint): Deterrence {
  if (!Number.isInteger(alphaPpm) || alphaPpm < 0 || alphaPpm > 1_000_000) {
    throw new RangeError("a chance in millionths is from 0 to 1,000,000");
  }
  if (!Number.isInteger(questions) || questions < 0 || questions > 10_000 || gain < 0n) {
    throw new RangeError("0 to 10,000 questions, and a gain of 0 or more");
  }
  const caught = -Math.expm1(questions * Math.log1p(-alphaPpm / 1_000_000));
  if (alphaPpm === 0 || questions === 0) return { caught: 0, loss: null, collateral: null };
  const missed = (MILLION - BigInt(alphaPpm)) ** BigInt(questions);
  const loss = divideUp(gain * missed, MILLION ** BigInt(questions) - missed);
  return { caught, loss, collateral: 2n * loss };
}

function divideUp(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b;
}
