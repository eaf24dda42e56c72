import { describe, expect, test } from "vitest";
import { SYNTHETIC_CONTRACTS } from "../indexer/fixtures/syntheticEvents.ts";
import { NATIVE } from "../indexer/state.ts";
import { ADA, BEN, CYD, DOLLAR, EventMarket } from "./fixtures/eventMarket.ts";
import {
  afterIssue,
  afterTransfer,
  percentOf,
  readReceiver,
  readShares,
  votesGoTo,
} from "./shares.ts";

function opened(): EventMarket {
  const market = new EventMarket();
  market.register(1n);
  market.open(1n, [
    [ADA, 700_000n],
    [BEN, 300_000n],
  ]);
  return market;
}

function modelOf(market: EventMarket) {
  const model = market.state.models.get(1n);
  if (model === undefined) throw new Error("no model");
  return model;
}

test("percent is cut, never rounded up", () => {
  expect(percentOf(1n, 3n)).toBe("33.3333 %");
  expect(percentOf(2n, 3n)).toBe("66.6666 %");
  expect(percentOf(700_000n, 1_000_000n)).toBe("70 %");
  expect(percentOf(999_999n, 1_000_000n, 2)).toBe("99.99 %");
  expect(percentOf(0n, 0n)).toBe("0 %");
});

test("shares are read as a number or as an exact percentage", () => {
  expect(readShares(" 1500 ", "shares", 1_000_000n)).toBe(1_500n);
  expect(readShares("2.5", "percent", 1_000_000n)).toBe(25_000n);
  expect(readShares("100", "percent", 1_200_000n)).toBe(1_200_000n);
  expect(readShares("0.0001", "percent", 1_000_000n)).toBe(1n);
  expect(readShares("0.00015", "percent", 1_000_000n)).toMatch(/1 would be the next below/);
  for (const bad of ["", "-1", "1.5", "1e3", "1,000", "0x10"]) {
    expect(readShares(bad, "shares", 1_000_000n)).toEqual(expect.any(String));
  }
  for (const bad of ["", "-1", "1e3", "1,5", ".5", "5 %"]) {
    expect(readShares(bad, "percent", 1_000_000n)).toEqual(expect.any(String));
  }
});

describe("a receiver", () => {
  const market = opened();
  market.activateDao(1n, CYD, DOLLAR);
  const dead = { contracts: SYNTHETIC_CONTRACTS, model: modelOf(market) };
  test("is an address in either writing", () => {
    expect(readReceiver(ADA, dead)).toEqual({ address: ADA });
    expect(readReceiver(` ${ADA.toLowerCase()} `, dead)).toEqual({ address: ADA });
  });
  test.each([
    ["", /Whose/],
    ["ada.eth", /hexadecimal/],
    [ADA.slice(0, -1), /hexadecimal/],
    ["0x70997970c51812dc3A010C7d01b50e0d17dc79C8", /capitals/],
    [NATIVE, /zero/],
    [SYNTHETIC_CONTRACTS.splitter, /contract/],
    [EventMarket.sharesOf(1n), /contract/],
    [CYD, /contract/],
    [DOLLAR, /contract/],
  ])("is not %j", (text, problem) => {
    expect(readReceiver(text, dead)).toMatch(problem);
  });
});

test("shows everybody's shares after a transfer and after an issue", () => {
  const { state } = opened();
  expect(afterTransfer(state, 1n, ADA, CYD, 450_000n)).toEqual([
    { holder: CYD, before: 0n, after: 450_000n },
    { holder: BEN, before: 300_000n, after: 300_000n },
    { holder: ADA, before: 700_000n, after: 250_000n },
  ]);
  expect(afterIssue(state, 1n, BEN, 50_000n)).toEqual([
    { holder: ADA, before: 700_000n, after: 700_000n },
    { holder: BEN, before: 300_000n, after: 350_000n },
  ]);
  expect(afterTransfer(state, 1n, ADA, ADA, 5n).map(({ after }) => after)).toEqual([
    700_000n,
    300_000n,
  ]);
});

test("votes go to the delegate, to who is new, and to nobody who gave them up", () => {
  const market = opened();
  market.delegate(1n, ADA, ADA);
  market.delegate(1n, BEN, CYD);
  expect(votesGoTo(market.state, 1n, ADA)).toBe(ADA);
  expect(votesGoTo(market.state, 1n, BEN)).toBe(CYD);
  expect(votesGoTo(market.state, 1n, CYD)).toBe(CYD);
  market.delegate(1n, BEN, NATIVE);
  expect(votesGoTo(market.state, 1n, BEN)).toBeNull();
});
