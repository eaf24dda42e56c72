import { describe, expect, test } from "vitest";
import { NATIVE } from "../indexer/state.ts";
import { csvCell, statementCsv, statementJson } from "./exports.ts";
import { ADA, BEN, DOLLAR, EventMarket } from "./fixtures/eventMarket.ts";
import { statementOf } from "./statement.ts";

describe("a cell", () => {
  test.each([
    ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
    ["+1+1", "'+1+1"],
    ["-2+3", "'-2+3"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["  =1", "'  =1"],
    ["\t=1", '"\'\t=1"'],
    ["\r=1", '"\'\r=1"'],
    ["\n", '"\'\n"'],
    ["＝1", "'＝1"],
    ["\uFEFF=1", "'\uFEFF=1"],
    ["a,b", '"a,b"'],
    ["a;=1", '"a;=1"'],
    ['say "x"', '"say ""x"""'],
    ["two\nlines", '"two\nlines"'],
    ["a=b", "a=b"],
    ["0xabc", "0xabc"],
  ])("%j", (text, cell) => {
    expect(csvCell(text)).toBe(cell);
  });

  test("numbers stay numbers, negative ones too", () => {
    expect(csvCell(-5n)).toBe("-5");
    expect(csvCell(10n ** 24n)).toBe("1000000000000000000000000");
  });
});

function example() {
  const market = new EventMarket();
  market.register(1n);
  market.open(1n, [
    [ADA, 500_000n],
    [BEN, 500_000n],
  ]);
  market.pay(1n, NATIVE, 3_000_000_000_000_000_001n, "licence");
  market.pay(1n, DOLLAR, 2_500_000n, "gift");
  market.claim(1n, NATIVE, ADA, 1_500_000_000_000_000_000n);
  return statementOf(market.state, 1n, ADA);
}

const context = {
  chainId: 31_337,
  modelName: "=cmd|' /C calc'!A0",
  tokenOf: (token: string) =>
    token === NATIVE ? { symbol: "ETH", decimals: 18 } : { symbol: "@USD", decimals: 6 },
};

test("the file has a row for each payment and claim, to the last unit", () => {
  const lines = statementCsv(example(), context).split("\r\n");
  expect(lines).toHaveLength(5);
  expect(lines[4]).toBe("");
  const names = lines[0].split(",");
  const column = (name: string) =>
    lines.slice(1, 4).map((line) => line.split(",")[names.indexOf(name)]);
  expect(column("entry")).toEqual(["income", "income", "claim"]);
  expect(column("source")).toEqual(["licence", "gift", ""]);
  expect(column("income_units")).toEqual(["1500000000000000000", "1250000", "0"]);
  expect(column("claimed_units")).toEqual(["0", "0", "1500000000000000000"]);
  expect(column("income")).toEqual(["1.5", "1.25", "0"]);
  expect(column("symbol")).toEqual(["ETH", "'@USD", "ETH"]);
  expect(column("model_name")[0]).toBe("'=cmd|' /C calc'!A0");
  expect(column("time_utc")[0]).toBe("2023-11-14T22:16:20.000Z");
});

test("the JSON keeps amounts as decimal text", () => {
  const parsed: unknown = JSON.parse(statementJson(example(), context));
  expect(parsed).toMatchObject({
    format: "signet-income",
    holder: ADA,
    model: "1",
    modelName: "=cmd|' /C calc'!A0",
    rows: [
      { entry: "income", income_units: "1500000000000000000", shares: "500000" },
      { entry: "income", symbol: "@USD" },
      { entry: "claim", claimed_units: "1500000000000000000", claimed_to: ADA },
    ],
  });
});
