import { expect, test } from "vitest";
import { readCoin, readEvidence, readPpm } from "./readInput.ts";

test("amounts of coin", () => {
  expect(readCoin(" 0.1 ")).toBe(100_000_000_000_000_000n);
  expect(readCoin("2")).toBe(2_000_000_000_000_000_000n);
  for (const bad of ["", "0", "-1", "1,5", "1e3", ".5", "0.0000000000000000001"]) {
    expect(readCoin(bad)).toBeNull();
  }
});

test("shares in percent", () => {
  expect([readPpm("10"), readPpm("0.0001"), readPpm("100"), readPpm("0")]).toEqual([
    100_000, 1, 1_000_000, 0,
  ]);
  for (const bad of ["100.0001", "1.00001", "", "x"]) expect(readPpm(bad)).toBeNull();
});

test("evidence is a hash, or text that is hashed", () => {
  const hash = `0x${"Ab".repeat(32)}`;
  expect(readEvidence(hash)).toBe(hash.toLowerCase());
  // printf abc | sha256sum
  expect(readEvidence("abc")).toBe(
    "0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
  expect(readEvidence("0x12")).toBeNull();
  expect(readEvidence("  ")).toBeNull();
});
