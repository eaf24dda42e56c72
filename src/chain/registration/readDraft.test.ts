import { createHash } from "node:crypto";
import { encodeAbiParameters, zeroAddress } from "viem";
import { expect, test } from "vitest";
import type { ParentDraft } from "@/rpc/registration.ts";
import { newDraft } from "./registration.ts";
import {
  isComplete,
  readContributors,
  readKind,
  readParents,
  readPercent,
  readTerms,
  showPpm,
  uriProblem,
} from "./readDraft.ts";
import type { ParentTerms } from "./readDraft.ts";

const ADA = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const BEN = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";
const COIN = new Map<string, number>([[zeroAddress, 18]]);
const draft = newDraft(ADA);
const [kind] = draft.kinds;

function problemsOf(reading: { ok: boolean; problems?: Readonly<Record<string, string>> }) {
  return Object.keys(reading.problems ?? {});
}

function parent(model: bigint, patch: Partial<ParentTerms> = {}): [string, ParentTerms] {
  return [
    model.toString(),
    {
      model,
      derivatives: true,
      approvalMissing: false,
      requiredPpm: 100_000n,
      termsHash: `0x${"aa".repeat(32)}`,
      ancestors: [],
      ...patch,
    },
  ];
}

function link(model: string, percent: string): ParentDraft {
  return { model, percent, termsHash: `0x${"aa".repeat(32)}` };
}

test("percentages are exact millionths", () => {
  expect(["10", "12.5", "0.0001", "100", " 3.25 "].map(readPercent)).toEqual([
    100_000n,
    125_000n,
    1n,
    1_000_000n,
    32_500n,
  ]);
  expect(["", "-1", "1e3", "0.00001", "1,5", "12%", "١٢"].map(readPercent)).toEqual(
    Array.from({ length: 7 }, () => null),
  );
  expect([0n, 1n, 125_000n, 1_000_000n].map(showPpm)).toEqual([
    "0 %",
    "0.0001 %",
    "12.5 %",
    "100 %",
  ]);
});

test("parents are flattened as the registry does it", () => {
  const known = new Map([
    parent(3n, { requiredPpm: 150_000n, ancestors: [{ model: 1n, ppm: 100_000n }] }),
    parent(2n, { requiredPpm: 50_000n }),
  ]);
  const reading = readParents([link("3", "15"), link("2", "5")], known);
  // 15 % of the revenue goes up the first edge, and a tenth of that to the grandparent.
  expect(reading).toMatchObject({
    ok: true,
    value: {
      flat: [
        { model: 3n, ppm: 135_000n },
        { model: 2n, ppm: 50_000n },
        { model: 1n, ppm: 15_000n },
      ],
    },
  });
});

test.each([
  ["a share below the terms", link("1", "9.9999"), {}, /at least 10 %/],
  ["forbidden derivatives", link("1", "20"), { derivatives: false }, /forbid/],
  ["a missing approval", link("1", "20"), { approvalMissing: true }, /approve/],
  [
    "terms that changed",
    link("1", "20"),
    { termsHash: `0x${"bb".repeat(32)}` as const },
    /changed/,
  ],
  ["no number", link("1", "a lot"), {}, /percentage/],
])("a parent is refused for %s", (_name, wanted, patch, sentence) => {
  const reading = readParents([wanted], new Map([parent(1n, patch)]));
  expect(reading.ok ? "" : reading.problems["1"]).toMatch(sentence);
});

test("parents may not take more than half", () => {
  const known = new Map([parent(1n), parent(2n)]);
  expect(problemsOf(readParents([link("1", "30"), link("2", "20.0001")], known))).toEqual([""]);
  expect(readParents([link("1", "30"), link("2", "20")], known).ok).toBe(true);
});

test("contributors' shares sum to all of them", () => {
  expect(readContributors(draft.contributors).ok).toBe(true);
  const two = (a: string, b: string) => [
    { address: ADA, shares: a },
    { address: BEN.toLowerCase(), shares: b },
  ];
  expect(readContributors(two("600000", "400000"))).toEqual({
    ok: true,
    value: { holders: [ADA, BEN], amounts: [600_000n, 400_000n] },
  });
  const short = readContributors(two("600000", "399999"));
  expect(short.ok ? "" : short.problems[""]).toMatch(/^1 of 1,000,000/);
  const long = readContributors(two("600000", "400001"));
  expect(long.ok ? "" : long.problems[""]).toMatch(/^1 shares more/);
  expect(problemsOf(readContributors(two("1000000", "0")))).toEqual(["1"]);
  const rows = [
    { address: "ada.eth", shares: "1" },
    { address: ADA, shares: "999999" },
    { address: ADA.toLowerCase(), shares: "1" },
    { address: zeroAddress, shares: "1" },
    { address: ADA.replace("C51812", "c51812"), shares: "1" },
  ];
  expect(problemsOf(readContributors(rows))).toEqual(["0", "2", "3", "4"]);
});

test("a kind of licence becomes the contract's numbers", () => {
  const reading = readKind({ ...kind, quota: "5000" }, 2, COIN);
  expect(reading).toEqual({
    ok: true,
    value: {
      kind: 2,
      terms: {
        label: encodeAbiParameters(
          [{ type: "bytes32" }],
          [`0x${Buffer.from("commercial").toString("hex").padEnd(64, "0")}`],
        ),
        textHash: `0x${createHash("sha256").update(kind.text).digest("hex")}`,
        duration: 31_536_000n,
        quota: 5000n,
        refundWindow: 259_200,
        hostPpm: 300_000,
        resalePpm: 50_000,
        transferable: true,
      },
      prices: [{ token: zeroAddress, price: 500_000_000_000_000_000n }],
    },
  });
});

test.each([
  ["label", { label: "" }],
  ["label", { label: "a label of far more than 32 characters" }],
  ["label", { label: "commerciål" }],
  ["text", { text: "  " }],
  ["days", { days: "0" }],
  ["quota", { quota: "0" }],
  ["refundDays", { refundDays: "31" }],
  ["refundDays", { days: "2", refundDays: "3" }],
  ["hostPercent", { hostPercent: "90.0001" }],
  ["resalePercent", { resalePercent: "10.0001" }],
  ["prices", { prices: [] }],
] as const)("a kind is refused for its %s (%j)", (field, patch) => {
  expect(problemsOf(readKind({ ...kind, ...patch }, 1, COIN))).toEqual([field]);
});

test("a price has no more decimals than its coin", () => {
  const dollars = new Map([[BEN.toLowerCase(), 6]]);
  const priced = (amount: string) =>
    readKind({ ...kind, prices: [{ token: BEN, amount }] }, 1, dollars);
  expect(priced("0.000001")).toMatchObject({ value: { prices: [{ token: BEN, price: 1n }] } });
  expect(priced("0")).toMatchObject({ value: { prices: [{ token: BEN, price: 0n }] } });
  for (const amount of ["0.0000001", "-1", "1e6", "1,5", "."]) {
    expect(problemsOf(priced(amount))).toContain(`price-${BEN}`);
  }
});

test("terms for derivatives ask for half at most, and nothing where there are none", () => {
  expect(readTerms({ ...draft.terms, percent: "50" })).toMatchObject({
    value: { derivativePpm: 500_000, derivatives: true },
  });
  expect(problemsOf(readTerms({ ...draft.terms, percent: "50.0001", text: "" }))).toEqual([
    "text",
    "percent",
  ]);
  expect(readTerms({ ...draft.terms, derivatives: false, percent: "" })).toMatchObject({
    value: { derivativePpm: 0, derivatives: false },
  });
});

test("a model is described at https or ipfs", () => {
  for (const uri of ["", "https://example.org/card.json", "ipfs://bafy/card"]) {
    expect(uriProblem(uri), uri).toBeNull();
  }
  for (const uri of ["http://example.org", "javascript:alert(1)", "https://", "https://a b"]) {
    expect(uriProblem(uri), uri).not.toBeNull();
  }
  expect(uriProblem(`https://example.org/${"å".repeat(250)}`)).toMatch(/512/);
});

test("the first draft can be sent as it is", () => {
  expect(isComplete(draft, COIN)).toBe(true);
  expect(isComplete({ ...draft, kinds: [{ ...kind, text: "" }] }, COIN)).toBe(false);
});
