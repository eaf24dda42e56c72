import { expect, test } from "vitest";
import { durationText, expiryText, nameFromUri, percentText, quotaText } from "./describe.ts";
import { linkOf } from "./linkOf.ts";

test("a model is called by the last part of its address, else by its number", () => {
  expect(nameFromUri("https://example.org/models/tale-base", 3n)).toBe("tale-base");
  expect(nameFromUri("urn:signet:demo:taleBase", 3n)).toBe("taleBase");
  expect(nameFromUri("", 3n)).toBe("Model 3");
});

test("only https and ipfs addresses become links", () => {
  expect(linkOf("https://example.org/a?b=c")).toBe("https://example.org/a?b=c");
  expect(linkOf("ipfs://bafybeigdyrzt5/card")).toBe("ipfs://bafybeigdyrzt5/card");
  for (const text of [
    "http://example.org/",
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "https://user:pass@example.org/",
    " https",
    "urn:signet:demo:demo",
    "//example.org",
    "",
  ]) {
    expect(linkOf(text)).toBeNull();
  }
});

test("millionths are exact percent", () => {
  expect(percentText(15_000n)).toBe("1.5 %");
  expect(percentText(1)).toBe("0.0001 %");
  expect(percentText(500_000)).toBe("50 %");
});

test("no limit and no end are said in words", () => {
  expect(quotaText(0n)).toBe("no limit on calls");
  expect(quotaText(50_000n)).toBe("50,000 calls");
  expect(expiryText(2n ** 64n - 1n)).toBe("never expires");
});

test("what lasts whole days is told in days, anything else in its largest units", () => {
  expect(durationText(0n)).toBe("for ever");
  expect(durationText(86_400n)).toBe("1 day");
  expect(durationText(365n * 86_400n)).toBe("365 days");
  expect(durationText(36_500n * 86_400n)).toBe("36,500 days");
  expect(durationText(90_000n)).toBe("1 d 1 h");
});
