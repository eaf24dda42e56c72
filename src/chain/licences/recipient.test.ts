import { expect, test } from "vitest";
import { readRecipient } from "./recipient.ts";

// From EIP-55's own examples.
const GOOD = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const CONTRACT = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359";

test("takes addresses with a right check sum, or with none", () => {
  for (const text of [GOOD, ` ${GOOD} `, GOOD.toLowerCase()]) {
    expect(readRecipient(text, [CONTRACT])).toEqual({ ok: true, value: GOOD });
  }
});

test("refuses what cannot hold a licence", () => {
  for (const text of [
    "",
    "ada.eth",
    GOOD.slice(0, -1),
    GOOD.replace("aA", "Aa"),
    `0x${"0".repeat(40)}`,
    CONTRACT.toLowerCase(),
  ]) {
    expect(readRecipient(text, [CONTRACT]), text).toMatchObject({ ok: false });
  }
});
