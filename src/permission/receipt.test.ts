import { expect, test } from "vitest";
import { verifyTypedData } from "viem";
import { signCoopClose, signReceipt, textHash, verifyReceipt } from "./receipt.ts";
import { nextVoucher } from "./nextVoucher.ts";
import { Refusal, REFUSALS } from "./refusal.ts";
import { policyHash, refusalBody, type HostTerms } from "./terms.ts";
import { CHANNEL, DOMAIN, host, PERMISSION, stranger } from "./testing/world.ts";
import { decodeToken } from "./token.ts";
import { channelDomain, channelTypes } from "./types.ts";

const receipt = {
  model: 4n,
  licence: 2n,
  callIndex: 7n,
  inputHash: textHash("Once"),
  outputHash: textHash("upon a time"),
  time: 1_800_000_000n,
};
const expected = {
  ...DOMAIN,
  host: host.address,
  model: 4n,
  licence: 2n,
  callIndex: 7n,
  inputText: "Once",
  outputText: "upon a time",
};
const terms: HostTerms = {
  chainId: 31_337,
  channel: CHANNEL,
  host: host.address,
  model: 4n,
  token: stranger.address,
  price: { perCall: 5n, perThousandInput: 0n, perThousandOutput: 7n },
  maxOutputTokens: 100,
  riskCap: 0n,
  withdrawDelay: 900,
  policyText: "",
};

test("Texts are hashed as SHA-256 of UTF-8", () => {
  // FIPS 180-2's example, and printf '%s' 'é' | sha256sum.
  expect(textHash("abc")).toBe(
    "0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
  expect(textHash("é")).toBe("0x4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c");
});

test("A receipt holds for its texts, call and host alone", async () => {
  const text = await signReceipt(receipt, DOMAIN, host);
  expect(await verifyReceipt(text, expected)).toEqual(receipt);
  for (const other of [
    { inputText: "Twice" },
    { outputText: "" },
    { callIndex: 8n },
    { licence: 3n },
    { model: 1n },
    { host: stranger.address },
    { chainId: 1 },
    { verifyingContract: stranger.address },
  ]) {
    expect(await verifyReceipt(text, { ...expected, ...other })).toBeNull();
  }
  expect(await verifyReceipt("omlr1.AA.AA", expected)).toBeNull();
  expect(await verifyReceipt(await signReceipt(receipt, DOMAIN, stranger), expected)).toBeNull();
});

test("A close that a host signs is what viem verifies", async () => {
  const close = {
    licence: 2n,
    host: host.address,
    cumulativeCalls: 7n,
    cumulativeAmount: 35n,
    nonce: 1n,
  };
  const { message, signature } = decodeToken("CoopClose", await signCoopClose(close, DOMAIN, host));
  expect(message).toEqual(close);
  const valid = await verifyTypedData({
    address: host.address,
    domain: channelDomain(DOMAIN.chainId, CHANNEL),
    types: { CoopClose: channelTypes.CoopClose },
    primaryType: "CoopClose",
    message: close,
    signature,
  });
  expect(valid).toBe(true);
});

test("Conditions have another hash for another price", () => {
  const dearer = { ...terms, price: { ...terms.price, perCall: 6n } };
  expect(policyHash(terms)).not.toBe(policyHash(dearer));
  expect(policyHash({ ...terms, riskCap: 9n, maxOutputTokens: 1 })).toBe(policyHash(terms));
});

test("A refusal has OpenAI's error and x402's payment requirements", () => {
  const state = {
    licence: 2n,
    nextCall: 8n,
    chargedCumulativeAmount: 35n,
    signedMaxClaimable: 35n,
    balance: 100n,
    totalClaimed: 0n,
    leastAmount: 40n,
  };
  const body = refusalBody(new Refusal("voucher-low"), terms, state, "http://host/v1/x");
  expect(JSON.parse(JSON.stringify(body))).toMatchObject({
    error: { code: "voucher-low", type: "oml_refusal", message: expect.any(String) },
    x402Version: 2,
    resource: { url: "http://host/v1/x" },
    accepts: [
      {
        scheme: "batch-settlement",
        network: "eip155:31337",
        amount: "5",
        asset: stranger.address,
        payTo: CHANNEL,
        extra: {
          receiverAuthorizer: host.address,
          policyHash: policyHash(terms),
          channelState: { nextCall: "8", leastAmount: "40", chargedCumulativeAmount: "35" },
        },
      },
    ],
  });
  expect(refusalBody(new Refusal("over-risk"), terms, null, "")).not.toHaveProperty("accepts");
});

test("Every refusal has a status, a sentence and a hint", () => {
  for (const [code, [status, message, hint]] of Object.entries(REFUSALS)) {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)+$/);
    expect([401, 402, 403, 409, 503]).toContain(status);
    expect(message).toMatch(/^[A-Z].*\.$/);
    expect(hint).toMatch(/^[A-Z].*\.$/s);
  }
});

test("The next voucher covers what is committed and the call, under the caps", () => {
  const position = { nextCall: 8n, committed: 35n };
  expect(nextVoucher(PERMISSION, position, 5n, "Once")).toEqual({
    licence: 2n,
    host: host.address,
    cumulativeCalls: 8n,
    cumulativeAmount: 40n,
    lastInputHash: textHash("Once"),
  });
  expect(nextVoucher(PERMISSION, { ...position, nextCall: 101n }, 5n, "")).toBeNull();
  expect(nextVoucher(PERMISSION, position, 4_966n, "")).toBeNull();
  expect(nextVoucher(PERMISSION, position, 4_965n, "")).not.toBeNull();
});
