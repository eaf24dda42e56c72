import { zeroAddress } from "viem";
import { expect, test } from "vitest";
import { readHostTerms } from "./hostTerms.ts";
import { paymentRequirements, type HostTerms } from "./terms.ts";
import { CHANNEL, host } from "./testing/world.ts";

const TERMS: HostTerms = {
  chainId: 31_337,
  channel: CHANNEL,
  host: host.address,
  model: 4n,
  token: zeroAddress,
  price: { perCall: 10n ** 13n, perThousandInput: 5n, perThousandOutput: 2n ** 100n },
  maxOutputTokens: 128,
  riskCap: 0n,
  withdrawDelay: 900,
  policyText: "Anyone may call; 5 > 4 & <b>é</b>",
};

const answer = (terms: HostTerms) =>
  JSON.parse(JSON.stringify({ x402Version: 2, accepts: [paymentRequirements(terms, null)] }));

test("reads what a gateway writes", () => {
  expect(readHostTerms(answer(TERMS))).toEqual(TERMS);
  const others = answer(TERMS);
  others.accepts.unshift({ scheme: "exact", network: "eip155:1" }, null, 5);
  expect(readHostTerms(others)).toEqual(TERMS);
});

test("terms that contradict their hash, or lack something, are none", () => {
  for (const body of [null, 5, {}, { accepts: [] }, { accepts: [null] }]) {
    expect(readHostTerms(body)).toBeNull();
  }
  for (const change of [
    { pricePerCall: "1" },
    { policyText: "Something else" },
    { model: "5" },
    { pricePerCall: "-1" },
    { pricePerCall: 10 },
    { maxOutputTokens: 0 },
    { receiverAuthorizer: "0x1" },
    { name: "Other" },
  ]) {
    const body = answer(TERMS);
    Object.assign(body.accepts[0].extra, change);
    expect(readHostTerms(body)).toBeNull();
  }
  const elsewhere = answer(TERMS);
  elsewhere.accepts[0].network = "solana:1";
  expect(readHostTerms(elsewhere)).toBeNull();
});
