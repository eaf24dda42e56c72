import { expect, test } from "vitest";
import { clopperPearson, criticalHits, logBinomialTail } from "./binomial.ts";
import { BETS, EProcess, hitLogFactors, logitLogFactors, TEMPERATURES } from "./eProcess.ts";
import { toLog10 } from "./logSpace.ts";
import { keysNeeded, log10ECeiling, thresholds, UNBOUND_LOG10, verdictWord } from "./thresholds.ts";
import goldens from "./fixtures/goldens.json" with { type: "json" };

// The goldens come from scripts/oracle/make_statistics_goldens.py (mpmath at 60 digits, SciPy).
const near = (value: number, expected: number) =>
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-11 * Math.max(1, Math.abs(expected)));

test("binomial tails", () => {
  for (const { hits, n, k, logTail } of goldens.tails)
    near(logBinomialTail(hits, n, 1 / k), logTail);
  expect(logBinomialTail(0, 10, 0.5)).toBe(0);
  expect(logBinomialTail(11, 10, 0.5)).toBe(-Infinity);
  expect(() => logBinomialTail(-1, 10, 0.5)).toThrow(RangeError);
  expect(() => logBinomialTail(1, 10, 0)).toThrow(RangeError);
});

test("critical numbers of hits", () => {
  for (const { n, k, alpha, critical } of goldens.criticals) {
    expect(criticalHits(n, 1 / k, Math.log(alpha))).toBe(critical);
  }
});

test("Clopper-Pearson intervals", () => {
  for (const { hits, n, low, high } of goldens.intervals) {
    const interval = clopperPearson(hits, n);
    expect(interval.low).toBeCloseTo(low, 10);
    expect(interval.high).toBeCloseTo(high, 10);
  }
  expect(clopperPearson(0, 0)).toEqual({ low: 0, high: 1 });
});

test("text processes", () => {
  for (const { k, hits, path } of goldens.text) {
    const process = new EProcess(BETS.length);
    hits.forEach((hit, i) => near(toLog10(process.add(hitLogFactors(hit, k))), path[i]));
  }
});

test("logit processes", () => {
  for (const { keys, path } of goldens.logit) {
    const process = new EProcess(TEMPERATURES.length);
    keys.forEach(({ suspect, base, response }, i) =>
      near(toLog10(process.add(logitLogFactors(suspect, base, response))), path[i]),
    );
  }
});

test("a common offset of the log-probabilities changes nothing", () => {
  const [{ suspect, base, response }] = goldens.logit[0].keys;
  const moved = logitLogFactors(
    suspect.map((value) => value - 700),
    base,
    response,
  );
  logitLogFactors(suspect, base, response).forEach((value, i) => near(moved[i], value));
});

test("words begin where the scheme says", () => {
  const one = thresholds(1, true);
  expect(one).toEqual({ proven: 4, strong: 3, inconclusive: 1 });
  expect(verdictWord(4, one)).toBe("Proven");
  expect(verdictWord(3.999, one)).toBe("Strong");
  expect(verdictWord(2.999, one)).toBe("Inconclusive");
  expect(verdictWord(0.999, one)).toBe("No evidence");
  expect(verdictWord(Number.NEGATIVE_INFINITY, one)).toBe("No evidence");
  // 2^40 = 1.0995e12.
  expect(UNBOUND_LOG10).toBeCloseTo(12.0412, 4);
  expect(thresholds(1000, false).proven).toBeCloseTo(19.0412, 4);
  expect(() => thresholds(0, true)).toThrow(RangeError);
  expect(log10ECeiling(32, 16)).toBeCloseTo(38.53, 2);
  // 4 / (0.75 · 1.2041) = 4.43; 16.0412 / (0.75 · 1.2041) = 17.76.
  expect(keysNeeded(16, 1, true)).toBe(5);
  expect(keysNeeded(16, 1, false)).toBe(18);
});
