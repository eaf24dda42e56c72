/**
 * log P[X ≥ hits] for X ~ Binomial(n, p), exact and in nats, so that probabilities far below the
 * smallest double still have a value. Sums the shorter tail by the ratio of neighbouring terms.
 * @throws RangeError unless 0 ≤ hits ≤ n + 1 are integers and 0 < p < 1.
 */
export function logBinomialTail(hits: number, n: number, p: number): number {
  if (!Number.isInteger(hits) || !Number.isInteger(n) || hits < 0 || n < 0 || hits > n + 1) {
    throw new RangeError(`not a count of hits: ${hits} of ${n}`);
  }
  if (!(p > 0 && p < 1)) throw new RangeError(`not a probability between 0 and 1: ${p}`);
  if (hits === 0) return 0;
  if (hits === n + 1) return -Infinity;
  if (hits > n * p) return logUpperSum(hits, n, p);
  // Below the mean the lower tail is the short one: P[X ≥ h] = 1 − P[n − X ≥ n − h + 1].
  const lower = logUpperSum(n - hits + 1, n, 1 - p);
  return Math.log1p(-Math.exp(lower));
}

/** Terms fall from `hits` upwards when hits exceeds the mean. */
function logUpperSum(hits: number, n: number, p: number): number {
  const odds = p / (1 - p);
  let term = 1;
  let sum = 1;
  for (let x = hits; x < n; x++) {
    term *= ((n - x) / (x + 1)) * odds;
    sum += term;
    if (term < sum * 1e-18) break;
  }
  return logBinomialPmf(hits, n, p) + Math.log(sum);
}

/** log P[X = hits] for X ~ Binomial(n, p), in nats. */
export function logBinomialPmf(hits: number, n: number, p: number): number {
  return logChoose(n, hits) + hits * Math.log(p) + (n - hits) * Math.log1p(-p);
}

function logChoose(n: number, chosen: number): number {
  const few = Math.min(chosen, n - chosen);
  let sum = 0;
  let lost = 0;
  for (let j = 1; j <= few; j++) {
    // Kahan's sum: thousands of logarithms would lose three digits.
    const term = Math.log((n - few + j) / j) - lost;
    const next = sum + term;
    lost = next - sum - term;
    sum = next;
  }
  return sum;
}

/**
 * Fewest hits of n keys whose exact p-value is at most α, or null when not even n hits reach it.
 * @param logAlpha log α in nats, so that tiny levels can be asked for
 */
export function criticalHits(n: number, p: number, logAlpha: number): number | null {
  let low = 0;
  let high = n + 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (logBinomialTail(middle, n, p) <= logAlpha) high = middle;
    else low = middle + 1;
  }
  return low <= n ? low : null;
}

/** Exact interval of a share by Clopper and Pearson (1934). */
export function clopperPearson(
  hits: number,
  n: number,
  confidence = 0.95,
): { low: number; high: number } {
  if (n === 0) return { low: 0, high: 1 };
  const tail = Math.log((1 - confidence) / 2);
  const low = hits === 0 ? 0 : solve((p) => logBinomialTail(hits, n, p) - tail);
  const high = hits === n ? 1 : solve((p) => tail - logBinomialTail(n - hits, n, 1 - p));
  return { low, high };
}

/** Root of an increasing function on (0, 1) by bisection to the last bit. */
function solve(increasing: (p: number) => number): number {
  let low = 0;
  let high = 1;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (increasing(middle) < 0) low = middle;
    else high = middle;
  }
}
