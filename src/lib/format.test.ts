import { expect, test } from "vitest";
import { formatBytes, formatCount, formatDuration, formatNumber, formatPercent } from "./format.ts";

test.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [1024, "1.00 KiB"],
  [1536, "1.50 KiB"],
  [10 * 1024 - 1, "10.0 KiB"],
  [1024 * 1024 - 1, "1.00 MiB"],
  [25_000_000, "23.8 MiB"],
  [512 * 2 ** 20, "512 MiB"],
  [3.5 * 2 ** 30, "3.50 GiB"],
  [Number.NaN, "unknown size"],
  [-1, "unknown size"],
])("%d bytes: %s", (value, text) => {
  expect(formatBytes(value)).toBe(text);
});

test.each([
  [0, "0 ms"],
  [999.4, "999 ms"],
  [999.6, "1.0 s"],
  [9_949, "9.9 s"],
  [9_960, "10 s"],
  [59_499, "59 s"],
  [59_500, "1 min"],
  [83_000, "1 min 23 s"],
  [3_599_499, "59 min 59 s"],
  [3_599_600, "1 h"],
  [3_661_000, "1 h 1 min"],
  [86_400_000, "1 d"],
  [90_000_000, "1 d 1 h"],
  [Infinity, "unknown"],
])("%d ms: %s", (value, text) => {
  expect(formatDuration(value)).toBe(text);
});

test.each([
  [0, "0"],
  [999, "999"],
  [0.5, "0.500"],
  [1_000, "1.00K"],
  [1_370_000, "1.37M"],
  [999_600, "1.00M"],
  [-25_400_000, "-25.4M"],
  [7_241_732_096, "7.24B"],
])("count %d: %s", (value, text) => {
  expect(formatCount(value)).toBe(text);
});

test.each<[number, number, string]>([
  [1_234_567, 0, "1,234,567"],
  [-1234.567, 2, "-1,234.57"],
  [-0.001, 2, "0.00"],
  [999, 0, "999"],
])("number %d with %d digits: %s", (value, digits, text) => {
  expect(formatNumber(value, digits)).toBe(text);
});

test("percentages", () => {
  expect(formatPercent(0.0123)).toBe("1.2 %");
  expect(formatPercent(Number.NaN)).toBe("unknown");
});
