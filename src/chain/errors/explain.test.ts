import { encodeErrorResult, parseAbi } from "viem";
import { expect, test } from "vitest";
import { licenceTokenAbi } from "../generated/licenceToken.ts";
import { ERRORS } from "./abi.ts";
import { explainChainError, explainRevert, insufficientFunds } from "./explain.ts";
import { SENTENCES } from "./sentences.ts";

test("every custom error of the contracts has a sentence, and no sentence is left over", () => {
  const names = new Set(ERRORS.map(({ name }) => name));
  expect([...names].filter((name) => !(name in SENTENCES))).toEqual([]);
  expect(Object.keys(SENTENCES).filter((name) => !names.has(name))).toEqual([]);
});

test("sentences are whole, short and say what to do", () => {
  for (const [name, [message, hint]] of Object.entries(SENTENCES)) {
    expect(message, name).toMatch(/^[A-Z].{8,90}\.$/);
    expect(hint, name).toMatch(/^[A-Z].{3,90}\.$/);
  }
});

test("a custom error is told with its figures", () => {
  const data = encodeErrorResult({
    abi: licenceTokenAbi,
    errorName: "PriceAboveMax",
    args: [7n, 5n],
  });
  expect(explainRevert(data)).toMatchObject({
    code: "REVERTED",
    message: "The price rose above what you agreed to.",
    details: "PriceAboveMax(7, 5)",
  });
  // As nodes and wallets pass it on.
  for (const error of [
    { code: 3, message: "execution reverted", data },
    new Error("outer", { cause: { code: -32_603, data: { data } } }),
    { code: -32_603, data: { originalError: { code: 3, data } } },
  ]) {
    expect(explainChainError(error).details).toBe("PriceAboveMax(7, 5)");
  }
});

test("reasons, panics, unknown and empty data are told apart", () => {
  const reason = encodeErrorResult({
    abi: parseAbi(["error Error(string)"]),
    errorName: "Error",
    args: ["<b>no</b>"],
  });
  expect(explainRevert(reason).details).toBe("<b>no</b>");
  expect(explainRevert(`0x4e487b71${"11".padStart(64, "0")}`).details).toBe("Panic 11");
  expect(explainRevert("0xdeadbeef").details).toBe("0xdeadbeef");
  expect(explainRevert("0x").message).toContain("no reason");
});

test("what the wallet says is told in words", () => {
  expect(explainChainError({ code: 4001, message: "no" }).code).toBe("WALLET_REJECTED");
  expect(explainChainError({ code: -32_002, message: "pending" }).code).toBe("WALLET_BUSY");
  expect(explainChainError(new Error("what?"))).toMatchObject({
    code: "WALLET_FAILED",
    details: "what?",
  });
  expect(insufficientFunds(1n, 10n ** 18n, "ETH").message).toBe(
    "The account has 0.000000000000000001 ETH and needs 1 ETH.",
  );
});
