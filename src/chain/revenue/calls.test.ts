import { decodeFunctionData } from "viem";
import { expect, test } from "vitest";
import { modelSharesAbi } from "../generated/modelShares.ts";
import { revenueSplitterAbi } from "../generated/revenueSplitter.ts";
import { NATIVE } from "../indexer/state.ts";
import { claimCall, MOST_CLAIMS, transferCall } from "./calls.ts";
import { ADA, BEN, DOLLAR, EventMarket } from "./fixtures/eventMarket.ts";

const CONTRACTS = { splitter: DOLLAR };
const decoded = (call: ReturnType<typeof claimCall>) =>
  decodeFunctionData({ abi: revenueSplitterAbi, data: call.data });
const coin = { model: 4n, token: NATIVE };

test("one pot is claimed by itself, so that an empty one is refused", () => {
  const call = claimCall(CONTRACTS, [coin], ADA);
  expect(call).toMatchObject({ to: DOLLAR, value: 0n });
  expect(decoded(call)).toEqual({ functionName: "claim", args: [4n, NATIVE, ADA] });
  // The same address in another writing is no other address.
  const shouted = claimCall(CONTRACTS, [coin], ADA, `0x${ADA.slice(2).toLowerCase()}`);
  expect(decoded(shouted).functionName).toBe("claim");
});

test("only to another address does the caller's own call claim", () => {
  expect(decoded(claimCall(CONTRACTS, [coin], ADA, BEN))).toEqual({
    functionName: "claimTo",
    args: [4n, NATIVE, BEN],
  });
});

test("several are claimed at once, in order", () => {
  const call = claimCall(CONTRACTS, [coin, { model: 2n, token: DOLLAR }], ADA);
  expect(decoded(call)).toEqual({
    functionName: "claimMany",
    args: [[4n, 2n], [NATIVE, DOLLAR], ADA],
  });
});

test("several to another address, none and too many are refused", () => {
  const many = Array.from({ length: MOST_CLAIMS + 1 }, () => coin);
  expect(() => claimCall(CONTRACTS, [coin, coin], ADA, BEN)).toThrow(RangeError);
  expect(() => claimCall(CONTRACTS, [], ADA)).toThrow(RangeError);
  expect(() => claimCall(CONTRACTS, many, ADA)).toThrow(RangeError);
});

test("shares are sent by their own contract", () => {
  const shares = EventMarket.sharesOf(4n);
  const call = transferCall(shares, BEN, 12n);
  expect(call).toMatchObject({ to: shares, value: 0n });
  expect(decodeFunctionData({ abi: modelSharesAbi, data: call.data })).toEqual({
    functionName: "transfer",
    args: [BEN, 12n],
  });
});
