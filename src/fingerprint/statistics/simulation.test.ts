import { expect, test } from "vitest";
import { criticalHits } from "./binomial.ts";
import { BETS, EProcess, hitLogFactors, logitLogFactors, winsForcedChoice } from "./eProcess.ts";

const SUSPECTS = 100_000;
const KEYS = 16;
const WIDTH = 8;
/** Levels 1/α at which false claims are counted, as log E. */
const LEVELS = [10, 100, 1000, 10_000].map(Math.log);

/** Xorshift128 (Marsaglia, 2003): fast, and unrelated to the streams under test. */
function makeRandom(seed: number): () => number {
  let [x, y, z, w] = [123_456_789 ^ seed, 362_436_069, 521_288_629, 88_675_123];
  return () => {
    const t = x ^ (x << 11);
    [x, y, z] = [y, z, w];
    w = w ^ (w >>> 19) ^ t ^ (t >>> 8);
    return (w >>> 0) / 2 ** 32;
  };
}

/**
 * What independent suspects answer: fixed before the responses are drawn, and as unlike the base
 * model as can be. Shifts against the base in nats, for each key.
 */
const SUSPECT_KINDS: Record<string, (random: () => number) => number[]> = {
  base: () => Array.from({ length: WIDTH }, () => 0),
  noise: (random) =>
    Array.from({ length: WIDTH }, () => 3 * (random() + random() + random() - 1.5)),
  stubborn: () => Array.from({ length: WIDTH }, (_, j) => (j === 0 ? 20 : 0)),
  heavyTailed: (random) =>
    Array.from({ length: WIDTH }, () => Math.tan(Math.PI * (random() - 0.5))),
  twoPeaks: () => Array.from({ length: WIDTH }, (_, j) => (j < 2 ? 6 + j : 0)),
};

for (const [kind, shiftsOf] of Object.entries(SUSPECT_KINDS)) {
  test(`independent suspects (${kind}) are not accused more often than the level allows`, () => {
    const random = makeRandom(7);
    const zero = Array.from({ length: WIDTH }, () => 0);
    // One suspect, fixed; 100,000 owners' secrets drawn against it.
    const shifts = Array.from({ length: KEYS }, () => shiftsOf(random));
    const logit = shifts.map((row) => zero.map((_, r) => logitLogFactors(row, zero, r)));
    const choice = shifts.map((row) =>
      zero.map((_, r) => hitLogFactors(winsForcedChoice(row, r), WIDTH)),
    );
    // Its greedy answer is the candidate with the largest shift: the most hits that can be had.
    const greedy = shifts.map((row) => row.indexOf(Math.max(...row)));
    const exact = [0.1, 0.01, 1e-3, 1e-4].map((a) => criticalHits(KEYS, 1 / WIDTH, Math.log(a)));
    const crossed = {
      logit: [0, 0, 0, 0],
      choice: [0, 0, 0, 0],
      text: [0, 0, 0, 0],
      exact: [0, 0, 0, 0],
    };
    for (let s = 0; s < SUSPECTS; s++) {
      const processes = {
        logit: new EProcess(3),
        choice: new EProcess(BETS.length),
        text: new EProcess(BETS.length),
      };
      const best = { logit: 0, choice: 0, text: 0 };
      let hits = 0;
      for (let i = 0; i < KEYS; i++) {
        const r = Math.floor(random() * WIDTH);
        const hit = greedy[i] === r;
        if (hit) hits++;
        // The largest value on the way counts: that is where an accuser would stop.
        best.logit = Math.max(best.logit, processes.logit.add(logit[i][r]));
        best.choice = Math.max(best.choice, processes.choice.add(choice[i][r]));
        best.text = Math.max(best.text, processes.text.add(hit ? HIT : MISS));
      }
      for (const [level, limit] of LEVELS.entries()) {
        if (best.logit >= limit) crossed.logit[level]++;
        if (best.choice >= limit) crossed.choice[level]++;
        if (best.text >= limit) crossed.text[level]++;
        if (hits >= (exact[level] ?? Infinity)) crossed.exact[level]++;
      }
    }
    for (const [name, counts] of Object.entries(crossed)) {
      for (const [level, count] of counts.entries()) {
        const nominal = SUSPECTS * Math.exp(-LEVELS[level]);
        // The exact test really attains a level just below the nominal one (0.00998 of 0.01), so that
        // its count scatters around it; the others have to stay below outright.
        const allowed = name === "exact" ? nominal + 4 * Math.sqrt(nominal) : nominal;
        expect(count, `${name} at level ${level}`).toBeLessThanOrEqual(allowed);
      }
    }
    // The test would notice a broken statistic: suspects do reach the lower levels.
    if (kind !== "base") expect(crossed.text[0]).toBeGreaterThan(0);
  });
}

const HIT = hitLogFactors(true, WIDTH);
const MISS = hitLogFactors(false, WIDTH);

test("an embedded model is found", () => {
  const process = new EProcess(BETS.length);
  for (let i = 0; i < KEYS; i++) process.add(HIT);
  expect(process.logE).toBeGreaterThan(LEVELS[3]);
});
