import { expect, test } from "vitest";
import { deterrenceOf } from "./deterrence.ts";

test("hand calculations", () => {
  expect(deterrenceOf(500_000, 1, 100n)).toEqual({ caught: 0.5, loss: 100n, collateral: 200n });
  // p = 3/4: a third of the gain, rounded up.
  expect(deterrenceOf(500_000, 2, 100n)).toMatchObject({ loss: 34n, collateral: 68n });
  // (1 − 0.1)^22 = 0.09847709…; 1 ether · that / 0.90152290…
  const week = deterrenceOf(100_000, 22, 10n ** 18n);
  expect(week.caught).toBeCloseTo(0.90152291, 8);
  expect(Number(week.loss) / 1e18).toBeCloseTo(0.10923415, 7);
  expect(deterrenceOf(1_000_000, 3, 5n)).toEqual({ caught: 1, loss: 0n, collateral: 0n });
  expect(deterrenceOf(0, 9, 5n)).toEqual({ caught: 0, loss: null, collateral: null });
  expect(deterrenceOf(1, 0, 5n)).toEqual({ caught: 0, loss: null, collateral: null });
});

test("what is asked for is just enough", () => {
  for (const [alpha, n, gain] of [
    [30_000, 50, 7_777n],
    [250_000, 3, 10n ** 20n],
  ] as const) {
    const { loss } = deterrenceOf(alpha, n, gain);
    const missed = BigInt(1_000_000 - alpha) ** BigInt(n);
    const whole = 1_000_000n ** BigInt(n);
    // Expected loss p · L against expected gain (1 − p) · G.
    expect((whole - missed) * (loss ?? 0n) >= missed * gain).toBe(true);
    expect((whole - missed) * ((loss ?? 0n) - 1n) < missed * gain).toBe(true);
  }
});

test("figures out of range are refused", () => {
  expect(() => deterrenceOf(1_000_001, 1, 1n)).toThrow(RangeError);
  expect(() => deterrenceOf(0.5, 1, 1n)).toThrow(RangeError);
  expect(() => deterrenceOf(1, -1, 1n)).toThrow(RangeError);
  expect(() => deterrenceOf(1, 1, -1n)).toThrow(RangeError);
});
