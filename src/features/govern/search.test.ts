import { expect, test } from "vitest";
import { readSearch } from "./search.ts";

test("takes texts and numbers of an address, and nothing else", () => {
  expect(
    readSearch({ propose: "improver", account: "0xab", shares: 20_000, list: [1], nested: {} }),
  ).toEqual({ propose: "improver", account: "0xab", shares: "20000" });
  expect(readSearch({ text: "x".repeat(10_000) })["text"]).toHaveLength(600);
});
