import { decodeFunctionData, zeroAddress } from "viem";
import { expect, test } from "vitest";
import { signCoopClose } from "@/permission/receipt.ts";
import {
  CHANNEL,
  CHANNEL_FACTS,
  DOMAIN,
  holder,
  host,
  NOW,
  PERMISSION,
  permissionString,
  session,
} from "@/permission/testing/world.ts";
import type { Permission } from "@/permission/types.ts";
import type { SessionInfo } from "@/rpc/sessionProtocol.ts";
import { usageChannelAbi } from "../generated/usageChannel.ts";
import { emptyState, type ChainState } from "../indexer/state.ts";
import type { Channel, Session } from "../indexer/stateUse.ts";
import { coopCloseCall, endCall, openCall, topUpCall } from "./calls.ts";
import { channelRows, standingOf } from "./channelRows.ts";
import { baseOf, currentSession, draftPermission, heldFor, type Base } from "./draftPermission.ts";
import type { PairReading } from "../queries/channel.ts";

const decoded = (data: `0x${string}`) => decodeFunctionData({ abi: usageChannelAbi, data });
const PAIR = { licence: 2n, host: host.address };
const TOKEN = "0x5FbDB2315678afecb367f032d93F642f64180aa3";

test("a deposit goes along as coin only where the channel pays in coin", () => {
  const opening = { ...PAIR, token: zeroAddress, deposit: 5n, calls: 7n, withdrawDelay: 900 };
  const call = openCall(CHANNEL, opening);
  expect(call).toMatchObject({ to: CHANNEL, value: 5n });
  expect(decoded(call.data)).toEqual({
    functionName: "open",
    args: [2n, host.address, zeroAddress, 5n, 7n, 900],
  });
  expect(openCall(CHANNEL, { ...opening, token: TOKEN }).value).toBe(0n);
  expect(topUpCall(CHANNEL, PAIR, zeroAddress, 9n)).toMatchObject({ value: 9n });
  expect(topUpCall(CHANNEL, PAIR, TOKEN, 9n)).toMatchObject({ value: 0n });
  expect(decoded(topUpCall(CHANNEL, PAIR, TOKEN, 9n).data).args).toEqual([2n, host.address, 9n]);
});

test("the three ways to end and the host's close", async () => {
  for (const name of ["revoke", "requestClose", "finalizeClose"] as const) {
    expect(decoded(endCall(CHANNEL, name, PAIR).data)).toEqual({
      functionName: name,
      args: [2n, host.address],
    });
  }
  const close = { ...PAIR, cumulativeCalls: 3n, cumulativeAmount: 40n, nonce: 1n };
  const token = await signCoopClose(close, DOMAIN, host);
  const { functionName, args } = decoded(coopCloseCall(CHANNEL, token).data);
  expect(functionName).toBe("coopClose");
  expect(args?.[0]).toEqual(close);
  expect(() => coopCloseCall(CHANNEL, "omlc1.x.y")).toThrow(RangeError);
});

const STAMP = { block: 1n, timeSeconds: 1n, transaction: "0x00" } as const;
const OPEN: Channel = {
  ...PAIR,
  holder: holder.address,
  model: 4n,
  token: zeroAddress,
  deposit: 10n,
  settled: 0n,
  calls: 0n,
  maxCalls: 10n,
  withdrawDelay: 900,
  opened: STAMP,
  closesAt: null,
  closed: null,
  returned: 0n,
};
const SESSION: Session = {
  key: host.address,
  expires: BigInt(NOW + 10),
  maxCalls: 10n,
  maxAmount: 10n,
  activated: STAMP,
  revoked: false,
};

test("where a channel stands, to the second", () => {
  const now = BigInt(NOW);
  expect(standingOf(OPEN, null, now)).toBe("unsigned");
  expect(standingOf(OPEN, SESSION, now)).toBe("active");
  expect(standingOf(OPEN, SESSION, now + 9n)).toBe("active");
  expect(standingOf(OPEN, SESSION, now + 10n)).toBe("expired");
  expect(standingOf(OPEN, { ...SESSION, revoked: true }, now)).toBe("unsigned");
  const closing = { ...OPEN, closesAt: now + 5n };
  expect(standingOf(closing, SESSION, now + 4n)).toBe("closing");
  expect(standingOf(closing, SESSION, now + 5n)).toBe("closable");
  expect(standingOf({ ...closing, closed: STAMP }, null, now)).toBe("closed");
});

test("an account's own channels, the open ones first and the latest of them", () => {
  const at = (block: bigint) => ({ ...STAMP, block });
  const channels = new Map([
    ["1", { ...OPEN, opened: at(1n) }],
    ["2", { ...OPEN, opened: at(9n), closed: at(10n) }],
    ["3", { ...OPEN, opened: at(5n) }],
    ["4", { ...OPEN, holder: host.address }],
  ]);
  const state: ChainState = { ...emptyState({}), channels, sessions: new Map([["3", SESSION]]) };
  const rows = channelRows(state, holder.address, BigInt(NOW));
  expect(rows.map(({ key, standing }) => [key, standing])).toEqual([
    ["3", "active"],
    ["1", "unsigned"],
    ["2", "closed"],
  ]);
});

const READING: PairReading = {
  time: BigInt(NOW),
  owner: holder.address,
  model: 4n,
  expires: BigInt(NOW + 1_000_000),
  quota: 10n,
  termsHash: PERMISSION.termsHash,
  nonce: 1n,
  channel: { ...CHANNEL_FACTS, settled: 400n, settledCalls: 7n },
};

async function heldOf(changed: Partial<Permission>, books: Partial<SessionInfo> = {}) {
  const info: SessionInfo = {
    key: session.address,
    domain: DOMAIN,
    permission: await permissionString(changed),
    before: null,
    signed: 0n,
    charged: 0n,
    calls: [],
    at: 0,
    ...books,
  };
  return info;
}

test("a permission counts from what was used, and its limits are the holder's from there", async () => {
  const allowance = { amount: 50n, calls: 5n, seconds: 60n };
  const draft = (base: Base, now = NOW) =>
    draftPermission(PAIR, READING, base, allowance, session.address, null, now);
  const base = baseOf(READING, null);
  expect(base).toEqual({ calls: 7n, amount: 400n });
  expect(draft(base)).toEqual({
    ...PERMISSION,
    notBefore: BigInt(NOW - 60),
    expires: BigInt(NOW + 60),
    maxCalls: 12n,
    maxAmount: 450n,
    nonce: 1n,
  });
  // Whichever clock is behind, it is in force at once and lasts as long as was said.
  expect(draft(base, NOW - 1_000)).toMatchObject({
    notBefore: BigInt(NOW - 1_060),
    expires: BigInt(NOW + 60),
  });
  expect(draft({ calls: 2n ** 64n - 2n, amount: 2n ** 128n - 2n })).toMatchObject({
    maxCalls: 2n ** 64n - 1n,
    maxAmount: 2n ** 128n - 1n,
  });
  const info = await heldOf({ nonce: 0n }, { charged: 430n });
  const current = currentSession(heldFor([info], PAIR), READING);
  expect(baseOf(READING, current)).toEqual({ calls: 7n, amount: 430n });
});

test("the session is the one for the next nonce, else the active one, and none after a revocation", async () => {
  const active = await heldOf({ nonce: 0n });
  const next = await heldOf({ nonce: 1n });
  const others = [await heldOf({ licence: 3n }), await heldOf({}, { permission: null })];
  const pick = (infos: readonly SessionInfo[], reading = READING) =>
    currentSession(heldFor(infos, PAIR), reading);
  expect(pick([active, ...others])).toMatchObject({ info: active, isActive: true });
  expect(pick([active, next])).toMatchObject({ info: next, isActive: false });
  expect(pick(others)).toBeNull();
  expect(pick([active, next], { ...READING, nonce: 3n })).toBeNull();
  expect(pick([active], { ...READING, channel: null })).toBeNull();
  const foreign = { ...CHANNEL_FACTS, sessionKey: host.address };
  expect(pick([active], { ...READING, channel: foreign })).toBeNull();
});
