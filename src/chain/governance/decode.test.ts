import { concat, encodeFunctionData } from "viem";
import type { Hex } from "viem";
import { constantFrom, property, assert as check, uint8Array } from "fast-check";
import { expect, test } from "vitest";
import { modelRegistryAbi } from "../generated/modelRegistry.ts";
import { revenueSplitterAbi } from "../generated/revenueSplitter.ts";
import { NATIVE } from "../indexer/state.ts";
import { decodeCall } from "./decode.ts";
import { effectsOf } from "./effects.ts";
import { CONTRACTS, OWNER, plainContext } from "./fixtures/plainContext.ts";
import { FORMS, formOf } from "./forms/forms.ts";

const context = plainContext();

function priceCall(draft: Record<string, string>) {
  const form = formOf("price");
  const read = form?.read(context, { ...form.begin(context), ...draft });
  if (read?.ok !== true) throw new Error("not read");
  return read.value[0];
}

test("a price is told with every argument", () => {
  const call = priceCall({ amount: "1.25" });
  expect(decodeCall(context, call)).toEqual({
    call,
    contract: "Licence token",
    functionName: "setPrice",
    sentence: "Sets the price of “seat” to 1.25 ETH.",
    args: [
      { name: "model", type: "uint64", words: "model 7, this one", exact: "7" },
      { name: "kind", type: "uint32", words: "1, “seat”", exact: "1" },
      { name: "token", type: "address", words: "ETH", exact: NATIVE },
      { name: "price", type: "uint128", words: "1.25 ETH", exact: "1250000000000000000" },
      { name: "listed", type: "bool", words: "yes", exact: "true" },
    ],
    warnings: [],
    supermajority: false,
  });
  expect(effectsOf(context, call)).toEqual([
    { label: "“seat” in ETH", before: "0.02 ETH", after: "1.25 ETH" },
  ]);
});

test("new shares are told with what becomes of everybody's part", () => {
  const call = {
    target: CONTRACTS.splitter,
    value: 0n,
    data: encodeFunctionData({
      abi: revenueSplitterAbi,
      functionName: "issueShares",
      args: [7n, OWNER, 200_000n],
    }),
  };
  expect(decodeCall(context, call)).toMatchObject({
    sentence: `Admits ${OWNER} with 200,000 new shares.`,
    supermajority: true,
  });
  expect(effectsOf(context, call)).toEqual([
    { label: "Shares there are", before: "1,000,000", after: "1,200,000" },
    { label: OWNER, before: "0 shares, 0 %", after: "200,000 shares, 16.66 %" },
    {
      label: "Everybody else together",
      before: "1,000,000 shares, 100 %",
      after: "1,000,000 shares, 83.33 %",
    },
  ]);
});

test("another target, an unknown function and other bytes are shown raw with a warning", () => {
  const call = priceCall({ amount: "1" });
  const foreign = decodeCall(context, { ...call, target: OWNER });
  expect(foreign).toMatchObject({ contract: null, functionName: null, args: [] });
  expect(foreign.warnings).toEqual([
    "Its target is not a contract of this market. Read the raw data yourself.",
  ]);
  const unknown = decodeCall(context, { ...call, data: `0xdeadbeef${call.data.slice(10)}` });
  expect(unknown).toMatchObject({ contract: "Licence token", functionName: null, args: [] });
  expect(unknown.warnings).toEqual([
    "The contract has no such function. Read the raw data yourself.",
  ]);
  const longer = decodeCall(context, { ...call, data: concat([call.data, "0x01"]) });
  expect(longer.functionName).toBe("setPrice");
  expect(longer.warnings).toEqual([
    "Its bytes hold more than the arguments shown. Read the raw data yourself.",
  ]);
  const paid = decodeCall(context, { ...call, value: 3n });
  expect(paid.warnings).toEqual([
    "It sends 3 wei along, which is not allowed.",
    "The model's DAO may not make this call.",
  ]);
});

test("a call that reads but is not allowed says so, and one for another model names it", () => {
  const offer = {
    target: CONTRACTS.registry,
    value: 0n,
    data: encodeFunctionData({
      abi: modelRegistryAbi,
      functionName: "offerOwnership",
      args: [7n, OWNER],
    }),
  };
  expect(decodeCall(context, offer)).toMatchObject({
    functionName: "offerOwnership",
    sentence: "Calls offerOwnership of the Model registry.",
    warnings: ["The model's DAO may not make this call."],
  });
  const other = {
    ...offer,
    data: encodeFunctionData({
      abi: modelRegistryAbi,
      functionName: "setUri",
      args: [8n, "https://example.org/"],
    }),
  };
  const decoded = decodeCall(context, other);
  expect(decoded.args[0].words).toBe("model 8, ANOTHER");
  expect(decoded.warnings).toEqual(["The model's DAO may not make this call."]);
  expect(effectsOf(context, other)).toEqual([]);
});

test("no bytes make the decoder fail or lose the call", () => {
  const selectors = [...priceCall({ amount: "1" }).data.slice(2, 10).matchAll(/../g)].map(
    ([byte]) => Number.parseInt(byte, 16),
  );
  check(
    property(
      constantFrom(...Object.values(CONTRACTS), OWNER),
      uint8Array({ maxLength: 200 }),
      constantFrom(true, false),
      (target, bytes, known) => {
        const all = known ? [...selectors, ...bytes] : [...bytes];
        const data: Hex = `0x${all.map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
        const call = { target, value: 0n, data };
        const decoded = decodeCall(context, call);
        expect(decoded.call).toBe(call);
        if (decoded.functionName === null) expect(decoded.warnings.length).toBeGreaterThan(0);
      },
    ),
    { numRuns: 500 },
  );
});

test("forms say field by field what is wrong", () => {
  const problems = (key: string, draft: Record<string, string>): Record<string, string> => {
    const form = formOf(key);
    const read = form?.read(context, { ...form.begin(context), ...draft });
    return read === undefined || read.ok ? {} : read.problems;
  };
  expect(problems("price", { amount: "1,5" })).toHaveProperty("amount");
  expect(problems("price", { amount: "1", token: OWNER })).toEqual({ token: "Choose a coin." });
  expect(problems("sale", { open: "yes" })).toEqual({ open: "They are on sale already." });
  expect(problems("reward", { percent: "100.5" })).toHaveProperty("percent");
  expect(problems("uri", { uri: "javascript:alert(1)" })).toHaveProperty("uri");
  expect(problems("epoch", { root: `0x${"AB".repeat(32)}`, width: "3" })).toEqual({
    root: "This model has committed that root before.",
    manifestHash: "0x and 64 hexadecimal digits, not all zero.",
    count: "1 to 65,536.",
    width: "A power of two, 2 to 65,536.",
  });
  expect(problems("improver", { account: "emil.eth", shares: "9,999" })).toEqual({
    account: "Names are not looked up; give the address itself.",
    shares: "At least 10,000, 1 % of all.",
  });
  expect(problems("improver", { account: context.model.timelock ?? "", shares: "10000" })).toEqual({
    account: "The DAO itself could never spend what its shares earn.",
  });
  expect(problems("kind", { label: "", text: "" })).toHaveProperty(`price-${NATIVE}`);
  expect(problems("approval", { account: OWNER, approved: "no" })).toEqual({
    approved: "That is so already.",
  });
});

test("a kind that is changed keeps what is not typed anew", () => {
  const form = formOf("kind");
  const read = form?.read(context, {
    kind: "1",
    label: "seat",
    days: "30",
    quota: "",
    refundDays: "",
    hostPercent: "40",
    resalePercent: "2.5",
    transferable: "yes",
    text: "",
  });
  if (read?.ok !== true) throw new Error("not read");
  expect(read.value).toHaveLength(1);
  expect(effectsOf(context, read.value[0])).toEqual([
    { label: "Model’s share of a resale", before: "0 %", after: "2.5 %" },
  ]);
});

test("forms that cannot be used say why", () => {
  const fresh = { ...plainContext({ terms: null, epochs: [], shares: null }) };
  const bare = { ...fresh, state: { ...fresh.state, kinds: new Map() } };
  const blocked = FORMS.filter((form) => form.blocked(bare) !== null).map(({ key }) => key);
  expect(blocked).toEqual(["price", "sale", "kind", "terms", "improver", "recommit", "release"]);
});
