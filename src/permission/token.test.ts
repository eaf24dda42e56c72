import * as fc from "fast-check";
import { hexToBytes, type Address, type Hex } from "viem";
import { describe, expect, test } from "vitest";
// Digests by viem from types written down a second time: scripts/oracle/channel_digests.mjs.
import digests from "../../contracts/test/fixtures/channelDigests.json" with { type: "json" };
import { fromBase64Url, toBase64Url } from "./base64url.ts";
import { digestOf } from "./signature.ts";
import { decodeToken, encodeToken, MAX_TOKEN_CHARS, type Token } from "./token.ts";
import type { Permission } from "./types.ts";

const HOST: Address = "0x5615dEB798BB3E4dFa0139dFa1b3D433Cc23b72f";
const SIGNATURE: Hex = `0x${"5a".repeat(65)}`;
const permission: Permission = {
  licence: 2n,
  holder: "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
  sessionKey: "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
  host: HOST,
  notBefore: 1_800_000_000n,
  expires: 1_800_604_800n,
  maxCalls: 500n,
  maxAmount: 10n ** 18n,
  termsHash: `0x${"11".repeat(32)}`,
  policyHash: `0x${"00".repeat(32)}`,
  nonce: 0n,
};
const token: Token<"Permission"> = {
  domain: { chainId: 31_337, verifyingContract: HOST },
  message: permission,
  signature: SIGNATURE,
};
const text = encodeToken("Permission", token);
const jsonOf = (encoded: string) => Buffer.from(encoded.split(".")[1], "base64url").toString();
const withJson = (json: string) =>
  `oml1.${Buffer.from(json).toString("base64url")}.${text.split(".")[2]}`;
const change = (changed: Record<string, unknown>) => {
  const members = { ...JSON.parse(jsonOf(text)), ...changed };
  return withJson(JSON.stringify(members, Object.keys(members).sort()));
};
const decode = (encoded: string) => decodeToken("Permission", encoded);

test("Base64url agrees with Node's and has one spelling only", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      const encoded = Buffer.from(bytes).toString("base64url");
      expect(toBase64Url(bytes)).toBe(encoded);
      expect(fromBase64Url(encoded)).toEqual(new Uint8Array(bytes));
    }),
  );
  for (const wrong of ["A", "AB=", "A+", "A/", "AB", "AAB", " AA"]) {
    expect(() => fromBase64Url(wrong)).toThrow(RangeError);
  }
});

test("A permission string is canonical JSON and the signature's bytes", () => {
  expect(text.split(".")[0]).toBe("oml1");
  expect(jsonOf(text)).toBe(
    `{"chainId":"31337","expires":"1800604800","holder":"${permission.holder}","host":"${HOST}",` +
      `"licence":"2","maxAmount":"1000000000000000000","maxCalls":"500","nonce":"0",` +
      `"notBefore":"1800000000","policyHash":"${permission.policyHash}",` +
      `"sessionKey":"${permission.sessionKey}","termsHash":"${permission.termsHash}",` +
      `"verifyingContract":"${HOST}"}`,
  );
  expect(Buffer.from(text.split(".")[2], "base64url")).toEqual(Buffer.from(hexToBytes(SIGNATURE)));
  expect(decode(text)).toEqual(token);
});

describe.each(["Permission", "Voucher", "Receipt", "CoopClose"] as const)("%s", (name) => {
  const message: Record<string, string> = digests.messages[name];
  const domain = { ...digests.domain, verifyingContract: HOST };
  const members = { ...message, chainId: "31337", verifyingContract: HOST };
  const prefix = { Permission: "oml1", Voucher: "omlv1", Receipt: "omlr1", CoopClose: "omlc1" }[
    name
  ];

  test("what is read has the contract's digest", () => {
    const json = JSON.stringify(members, Object.keys(members).sort());
    const encoded = `${prefix}.${Buffer.from(json).toString("base64url")}.AAAA`;
    const read = decodeToken(name, encoded);
    expect(digestOf(name, read.message, domain)).toBe(digests.digests[name]);
    expect(decodeToken(name, encodeToken(name, read))).toEqual(read);
  });

  test("a token of another kind is refused", () => {
    if (name !== "Permission") expect(() => decodeToken(name, text)).toThrow(RangeError);
    else expect(() => decode(text.replace("oml1", "omlv1"))).toThrow(RangeError);
  });
});

test("Addresses may be in lower case, but not wrongly checksummed", () => {
  expect(decode(change({ host: HOST.toLowerCase() }))).toEqual(token);
  expect(() => decode(change({ host: HOST.replace("dEB", "DEB") }))).toThrow("host");
  expect(() => decode(change({ host: HOST.toUpperCase() }))).toThrow("host");
});

test.each([
  ["a number", { licence: 2 }],
  ["a sign", { licence: "-1" }],
  ["a leading zero", { licence: "02" }],
  ["hexadecimal", { licence: "0x2" }],
  ["white space", { licence: " 2" }],
  ["nothing", { licence: "" }],
  ["2^256", { licence: (2n ** 256n).toString() }],
  ["2^64 in 64 bits", { expires: (2n ** 64n).toString() }],
  ["2^128 in 128 bits", { maxAmount: (2n ** 128n).toString() }],
  ["a short word", { termsHash: "0x11" }],
  ["upper-case hexadecimal", { termsHash: `0x${"AA".repeat(32)}` }],
  ["a chain id beyond doubles", { chainId: (2n ** 53n).toString() }],
  ["one member more", { extra: "1" }],
  ["a member called __proto__", { ["__proto__x"]: "1" }],
  ["null", { nonce: null }],
])("%s is refused", (_name, changed) => {
  expect(() => decode(change(changed))).toThrow(RangeError);
});

test("One member less, two of a name, another order and white space are refused", () => {
  const json = jsonOf(text);
  for (const wrong of [
    json.replace('"nonce":"0",', ""),
    json.replace('"nonce":"0"', '"nonce":"1","nonce":"0"'),
    json.replace('"nonce":"0"', '"constructor":"0"'),
    json.replace('{"chainId":"31337",', "{").replace("}", ',"chainId":"31337"}'),
    json.replace(":", ": "),
    `${json} `,
    json.replace("nonce", "\\u006eonce"),
    "[]",
    "null",
    "7",
    "{",
  ]) {
    expect(() => decode(withJson(wrong))).toThrow(RangeError);
  }
});

test("Long, short and cut texts are refused", () => {
  expect(() => decode("x".repeat(MAX_TOKEN_CHARS + 1))).toThrow("4,096");
  for (const wrong of ["", "oml1", "oml1..", `${text}.`, `${text}.AAAA`, ` ${text}`, `${text}\n`]) {
    expect(() => decode(wrong)).toThrow(RangeError);
  }
  for (let length = 0; length < text.length; length += 7) {
    const cut = text.slice(0, length);
    if (cut.split(".").length < 3 || cut.endsWith(".")) {
      expect(() => decode(cut)).toThrow(RangeError);
    }
  }
});

test("Any text is read as it was written or refused", () => {
  const changedText = fc
    .tuple(fc.nat(text.length - 1), fc.string({ minLength: 1, maxLength: 3 }))
    .map(([at, put]) => text.slice(0, at) + put + text.slice(at + put.length));
  fc.assert(
    fc.property(fc.oneof(fc.string(), changedText), (wrong) => {
      let read;
      try {
        read = decode(wrong);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        return;
      }
      const raw = jsonOf(wrong);
      expect(jsonOf(encodeToken("Permission", read)).toLowerCase()).toBe(raw.toLowerCase());
    }),
    { numRuns: 500 },
  );
});

test("Any permission comes back as it was", () => {
  const word = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const hex = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString("hex")}`;
  const uint = (bits: bigint) => fc.bigInt(0n, 2n ** bits - 1n);
  const any = fc.record({
    licence: uint(256n),
    notBefore: uint(64n),
    expires: uint(64n),
    maxCalls: uint(64n),
    maxAmount: uint(128n),
    termsHash: word.map(hex),
    policyHash: word.map(hex),
    nonce: uint(256n),
  });
  fc.assert(
    fc.property(any, (changed) => {
      const whole = { ...token, message: { ...permission, ...changed } };
      expect(decode(encodeToken("Permission", whole))).toEqual(whole);
    }),
  );
});
