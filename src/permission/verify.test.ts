import { zeroAddress } from "viem";
import { describe, expect, test } from "vitest";
import type { ChainFacts, ChannelFacts } from "./chainReader.ts";
import { Refusal } from "./refusal.ts";
import {
  CHANNEL,
  CHANNEL_FACTS,
  DOMAIN,
  FACTS,
  host,
  NOW,
  PERMISSION,
  permissionString,
  stranger,
  voucherOf,
  voucherString,
} from "./testing/world.ts";
import { textHash } from "./receipt.ts";
import { checkFacts, readPermission, verifyPermission, verifyVoucher } from "./verify.ts";

const context = { ...DOMAIN, host: host.address, nowSeconds: NOW };

async function codeOf(act: () => unknown): Promise<string> {
  try {
    await act();
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
  return "";
}

/** The same signature with the other s, which recovers to the same key. */
function otherHalf(text: string): string {
  const [prefix, body, signature] = text.split(".");
  const bytes = Buffer.from(signature, "base64url");
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const s = order - BigInt(`0x${bytes.subarray(32, 64).toString("hex")}`);
  bytes.write(s.toString(16).padStart(64, "0"), 32, "hex");
  bytes[64] = bytes[64] === 27 ? 28 : 27;
  return [prefix, body, bytes.toString("base64url")].join(".");
}

describe("A permission string", () => {
  test("that its holder signed for this host passes", async () => {
    const { message, domain } = await verifyPermission(await permissionString(), context);
    expect(message).toEqual(PERMISSION);
    expect(domain).toEqual(DOMAIN);
  });

  test.each([
    ["permission-missing", () => verifyPermission(null, context)],
    ["permission-missing", () => verifyPermission("", context)],
    ["permission-malformed", () => verifyPermission("sk-123", context)],
    ["permission-malformed", async () => verifyPermission(await keyless(), context)],
    ["permission-forged", async () => verifyPermission(await by(stranger), context)],
    ["permission-forged", async () => verifyPermission(otherHalf(await by()), context)],
    ["wrong-chain", async () => verifyPermission(await by(), { ...context, chainId: 1 })],
    ["wrong-contract", async () => verifyPermission(await by(), { ...context, ...elsewhere })],
    [
      "wrong-host",
      async () => verifyPermission(await by(), { ...context, host: stranger.address }),
    ],
    ["wrong-policy", async () => verifyPermission(await withPolicy(), { ...context, ...policy })],
    [
      "not-yet-valid",
      async () => verifyPermission(await by(), { ...context, nowSeconds: NOW - 11 }),
    ],
    [
      "permission-expired",
      async () => verifyPermission(await by(), { ...context, nowSeconds: NOW + 86_400 }),
    ],
  ])("%s", async (code, act) => {
    expect(await codeOf(act)).toBe(code);
  });

  const by = (account = undefined as typeof stranger | undefined) => permissionString({}, account);
  const keyless = () => permissionString({ sessionKey: zeroAddress });
  const withPolicy = () => permissionString({ policyHash: textHash("dear") });
  const elsewhere = { verifyingContract: stranger.address };
  const policy = { policyHash: textHash("cheap") };

  test("holds at its first second and until its last", async () => {
    const text = await permissionString();
    for (const nowSeconds of [NOW - 10, NOW + 86_399]) {
      await expect(verifyPermission(text, { ...context, nowSeconds })).resolves.toBeDefined();
    }
  });

  test("with one member changed after signing is forged or for another", async () => {
    const text = await permissionString();
    const [prefix, body, signature] = text.split(".");
    const members: Record<string, string> = JSON.parse(Buffer.from(body, "base64url").toString());
    for (const [key, value] of Object.entries(members)) {
      const last = value.at(-1) === "1" ? "2" : "1";
      const changed = value.length === 42 ? stranger.address : value.slice(0, -1) + last;
      const json = JSON.stringify({ ...members, [key]: changed });
      const forged = [prefix, Buffer.from(json).toString("base64url"), signature].join(".");
      expect(await codeOf(() => verifyPermission(forged, context))).toMatch(
        /^(permission-forged|wrong-(chain|contract|host))$/,
      );
    }
  });

  test("that was found right is remembered, a wrong or a contract's one is not", async () => {
    const verified = new Set<string>();
    const text = await permissionString();
    await verifyPermission(text, { ...context, verified });
    expect([...verified]).toEqual([text]);
    const late = { ...context, verified, nowSeconds: NOW + 86_400 };
    expect(await codeOf(() => verifyPermission(text, late))).toBe("permission-expired");
    const forged = await permissionString({ nonce: 9n }, stranger);
    expect(await codeOf(() => verifyPermission(forged, { ...context, verified }))).toBe(
      "permission-forged",
    );
    const isValidSignature = async () => true;
    await verifyPermission(forged, { ...context, verified, isValidSignature });
    expect(verified.size).toBe(1);
  });

  test("of a contract wallet is asked of the chain", async () => {
    const text = await permissionString({ holder: CHANNEL }, stranger);
    const asked: unknown[] = [];
    const isValidSignature = async (...question: unknown[]) => {
      asked.push(question);
      return true;
    };
    await verifyPermission(text, { ...context, isValidSignature });
    const { signature } = readPermission(text);
    expect(asked).toEqual([[CHANNEL, expect.stringMatching(/^0x[0-9a-f]{64}$/), signature]]);
    const no = { ...context, isValidSignature: async () => false };
    expect(await codeOf(() => verifyPermission(text, no))).toBe("permission-forged");
  });
});

describe("Against the chain", () => {
  const facts = (changed: Partial<ChainFacts>, channel: Partial<ChannelFacts> = {}) => ({
    ...FACTS,
    channel: { ...CHANNEL_FACTS, ...channel },
    ...changed,
  });
  const licence = { owner: PERMISSION.holder, model: 4n, expires: BigInt(NOW) };
  const want = { nowSeconds: NOW, model: 4n, token: zeroAddress };

  test("the active permission stands, and the next can be activated", () => {
    expect(checkFacts(PERMISSION, FACTS, want).standing).toBe("active");
    const next = facts({ nonce: 0n }, { sessionKey: zeroAddress });
    expect(checkFacts(PERMISSION, next, want)).toEqual({
      channel: next.channel,
      standing: "activatable",
    });
  });

  test("a licence is in force until its last second", () => {
    expect(checkFacts(PERMISSION, facts({ licence }), want).standing).toBe("active");
  });

  test.each([
    ["licence-moved", facts({ licence: null })],
    ["licence-moved", facts({ licence: { ...licence, owner: stranger.address } })],
    ["licence-expired", facts({ licence: { ...licence, expires: BigInt(NOW - 1) } })],
    ["wrong-model", facts({ licence: { ...licence, model: 3n } })],
    ["permission-revoked", facts({ nonce: 2n }, { closesAt: BigInt(NOW + 900) })],
    ["permission-revoked", facts({ nonce: 1n, channel: null })],
    ["permission-revoked", facts({}, { sessionKey: stranger.address })],
    ["permission-revoked", facts({}, { sessionExpires: BigInt(NOW + 5) })],
    ["permission-revoked", facts({}, { sessionMaxAmount: 7n })],
    ["channel-missing", facts({ nonce: 0n, channel: null })],
    ["channel-closing", facts({}, { closesAt: BigInt(NOW + 900) })],
    ["wrong-token", facts({}, { token: CHANNEL })],
  ])("%s", async (code, changed) => {
    expect(await codeOf(() => checkFacts(PERMISSION, changed, want))).toBe(code);
  });
});

describe("A voucher", () => {
  const voucher = voucherOf(1n, 10n);
  const check = async (text: Promise<string> | string) =>
    verifyVoucher(await text, readPermission(await permissionString()));

  test("that the session key signed passes", async () => {
    expect((await check(voucherString(voucher))).message).toEqual(voucher);
  });

  test.each([
    ["voucher-missing", () => check("")],
    ["voucher-malformed", () => check("omlv1.AA.AA")],
    ["voucher-malformed", async () => check(await permissionString())],
    ["voucher-forged", () => check(voucherString(voucher, stranger))],
    ["voucher-other", () => check(voucherString({ ...voucher, licence: 3n }))],
    ["voucher-other", () => check(voucherString({ ...voucher, host: stranger.address }))],
    ["wrong-chain", () => check(voucherString(voucher, undefined, { ...DOMAIN, chainId: 1 }))],
    [
      "wrong-contract",
      () =>
        check(voucherString(voucher, undefined, { ...DOMAIN, verifyingContract: host.address })),
    ],
  ])("%s", async (code, act) => {
    expect(await codeOf(act)).toBe(code);
  });
});
