import { getAddress, hashTypedData, type Address, type Hex, type TypedDataDefinition } from "viem";
import { beforeEach, describe, expect, test } from "vitest";
// Digests by viem from types written down a second time: scripts/oracle/channel_digests.mjs.
import digests from "../../../contracts/test/fixtures/channelDigests.json" with { type: "json" };
// A random trace by scripts/oracle/channel_trace.py; the contract replays the same file.
import fixture from "../../../contracts/test/fixtures/channelTrace.json" with { type: "json" };
import { channelDomain, channelTypes, type Permission } from "@/permission/types.ts";
import {
  Channels,
  ChannelError,
  UNLIMITED,
  type LicenceFacts,
  type LicencePort,
  type MoneyPort,
} from "./channel.ts";

const START = 1_800_000_000n;
const TERMS: Hex = `0x${"11".repeat(32)}`;
const INPUT: Hex = `0x${"22".repeat(32)}`;
const COIN: Address = `0x${"00".repeat(20)}`;
const HOLDER: Address = `0x${"aa".repeat(20)}`;
const HOSTS: readonly Address[] = [`0x${"b0".repeat(20)}`, `0x${"b1".repeat(20)}`];
const HOST = HOSTS[0];
const keyOf = (number: bigint): Address =>
  `0x${(0xc0de_0000n + number).toString(16).padStart(40, "0")}`;

class Licences implements LicencePort {
  readonly #facts = new Map<bigint, LicenceFacts>();

  set(licence: bigint, model: bigint, quota: bigint, hostPpm: bigint): void {
    const expires = START + 31_536_000n;
    this.#facts.set(licence, { holder: HOLDER, model, expires, quota, hostPpm, termsHash: TERMS });
  }

  change(licence: bigint, changed: Partial<LicenceFacts>): void {
    this.#facts.set(licence, { ...this.facts(licence), ...changed });
  }

  facts(licence: bigint): LicenceFacts {
    const facts = this.#facts.get(licence);
    if (!facts) throw new Error(`No licence ${licence}.`);
    return facts;
  }

  lock(licence: bigint, calls: bigint): void {
    this.change(licence, { quota: this.facts(licence).quota - calls });
  }

  unlock(licence: bigint, unusedCalls: bigint): void {
    this.lock(licence, -unusedCalls);
  }
}

class Money implements MoneyPort {
  balance = 0n;
  readonly credits = new Map<string, bigint>();
  readonly gross = new Map<bigint, bigint>();

  deposit(_token: Address, amount: bigint): void {
    this.balance += amount;
  }

  credit(account: Address, _token: Address, amount: bigint): void {
    this.balance -= amount;
    this.credits.set(account, (this.credits.get(account) ?? 0n) + amount);
  }

  split(model: bigint, _token: Address, amount: bigint): void {
    this.balance -= amount;
    this.gross.set(model, (this.gross.get(model) ?? 0n) + amount);
  }
}

let licences: Licences;
let money: Money;
let channels: Channels;

beforeEach(() => {
  licences = new Licences();
  licences.set(1n, 1n, 1_000n, 333_333n);
  licences.set(2n, 2n, UNLIMITED, 900_000n);
  money = new Money();
  channels = new Channels(licences, money);
});

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof ChannelError) return error.code;
    throw error;
  }
  return "";
}

const open = (amount = 1_000n, host = HOST, now = START) =>
  channels.open(
    { licence: 1n, host, token: COIN, amount, calls: 0n, withdrawDelay: 3_600n },
    HOLDER,
    now,
  );

function permission(changed: Partial<Permission> = {}): Permission {
  return {
    licence: 1n,
    holder: HOLDER,
    sessionKey: keyOf(0n),
    host: HOST,
    notBefore: START,
    expires: START + 86_400n,
    maxCalls: UNLIMITED,
    maxAmount: 10n ** 30n,
    termsHash: TERMS,
    policyHash: TERMS,
    nonce: channels.nonceOf(1n, changed.host ?? HOST),
    ...changed,
  };
}

const activate = (changed: Partial<Permission> = {}, now = START) =>
  channels.activate(permission(changed), HOLDER, HOLDER, now);

const voucher = (cumulativeCalls: bigint, cumulativeAmount: bigint) => ({
  licence: 1n,
  host: HOST,
  cumulativeCalls,
  cumulativeAmount,
  lastInputHash: INPUT,
});

const settle = (calls: bigint, amount: bigint, now = START) =>
  channels.settle(voucher(calls, amount), keyOf(0n), now);

const receipt = (callIndex: bigint, time = START) => ({
  model: 1n,
  licence: 1n,
  callIndex,
  inputHash: INPUT,
  outputHash: INPUT,
  time,
});

describe("signed types", () => {
  const domain = channelDomain(
    digests.domain.chainId,
    getAddress(digests.domain.verifyingContract),
  );

  test.each(["Permission", "Voucher", "Receipt", "CoopClose"] as const)("%s", (primaryType) => {
    const typed: TypedDataDefinition = {
      domain,
      types: channelTypes,
      primaryType,
      message: digests.messages[primaryType],
    };
    expect(hashTypedData(typed)).toBe(digests.digests[primaryType]);
  });
});

describe("the random trace that the contract replays", () => {
  const FIELDS = 14;
  const digits = fixture.trace.slice(2);
  const words = Array.from({ length: digits.length / 32 }, (_, i) =>
    BigInt(`0x${digits.slice(i * 32, i * 32 + 32)}`),
  );

  function step([act, pair, calls, amount, key, seconds]: bigint[], now: bigint): void {
    const licence = pair === 2n ? 2n : 1n;
    const host = HOSTS[pair === 1n ? 1 : 0];
    const nonce = channels.nonceOf(licence, host);
    const sums = { licence, host, cumulativeCalls: calls, cumulativeAmount: amount };
    const acts = [
      () =>
        channels.open(
          { licence, host, token: COIN, amount, calls, withdrawDelay: seconds },
          HOLDER,
          now,
        ),
      () => channels.topUp(licence, host, amount),
      ...[HOLDER, host].map((caller) => () => {
        const limits = { maxCalls: calls, maxAmount: amount, expires: now + seconds };
        const made = permission({ licence, host, sessionKey: keyOf(key), nonce, ...limits });
        channels.activate(made, HOLDER, caller, now);
      }),
      () => channels.settle({ ...sums, lastInputHash: INPUT }, keyOf(key), now),
      () => channels.requestClose(licence, host, HOLDER, now),
      () => channels.revoke(licence, host, HOLDER, now),
      () => channels.finalizeClose(licence, host, now),
      () => channels.coopClose({ ...sums, nonce }, host, HOLDER),
    ];
    acts[Number(act)]();
  }

  test("leaves the same after each step", () => {
    let now = START;
    expect(words.length).toBe(fixture.steps * FIELDS);
    for (let at = 0; at < words.length; at += FIELDS) {
      const [act, pair, wait, calls, amount, key, seconds, error, ...left] = words.slice(
        at,
        at + FIELDS,
      );
      now += wait;
      const code = codeOf(() => step([act, pair, calls, amount, key, seconds], now));
      expect(code, `step ${at / FIELDS}`).toBe(fixture.errors[Number(error)]);
      const is = [
        money.credits.get(HOSTS[0]) ?? 0n,
        money.credits.get(HOSTS[1]) ?? 0n,
        money.credits.get(HOLDER) ?? 0n,
        money.gross.get(1n) ?? 0n,
        money.gross.get(2n) ?? 0n,
        money.balance,
      ];
      expect(is, `step ${at / FIELDS}`).toEqual(left);
    }
  });
});

describe("opening", () => {
  test("is refused to strangers, for bad hosts and delays, for nothing and after the licence", () => {
    const args = {
      licence: 1n,
      host: HOST,
      token: COIN,
      amount: 5n,
      calls: 0n,
      withdrawDelay: 900n,
    };
    const codes = [
      codeOf(() => channels.open(args, HOST, START)),
      codeOf(() => channels.open({ ...args, host: COIN }, HOLDER, START)),
      codeOf(() => channels.open({ ...args, host: HOLDER }, HOLDER, START)),
      codeOf(() => channels.open({ ...args, withdrawDelay: 899n }, HOLDER, START)),
      codeOf(() => channels.open({ ...args, withdrawDelay: 2_592_001n }, HOLDER, START)),
      codeOf(() => channels.open({ ...args, amount: 0n }, HOLDER, START)),
      codeOf(() => channels.open(args, HOLDER, START + 31_536_001n)),
      codeOf(() => channels.open({ ...args, calls: 1_001n }, HOLDER, START)),
      codeOf(() => channels.open(args, HOLDER, START + 31_536_000n)),
    ];
    expect(codes).toEqual([
      "NotHolder",
      "BadHost",
      "BadHost",
      "BadDelay",
      "BadDelay",
      "BadAmount",
      "LicenceExpired",
      "QuotaExceeded",
      "",
    ]);
    expect(money.balance).toBe(5n);
  });

  test("a deposit does not pass 2^128 - 1", () => {
    open();
    expect(codeOf(() => channels.topUp(1n, HOST, 0n))).toBe("BadAmount");
    expect(codeOf(() => channels.topUp(1n, HOST, 2n ** 128n - 1_000n))).toBe("BadAmount");
    channels.topUp(1n, HOST, 2n ** 128n - 1_001n);
    expect(channels.sumsOf(1n, HOST).deposit).toBe(2n ** 128n - 1n);
  });
});

describe("permissions", () => {
  test("name the holder, a key, the terms and the nonce, in their time, signed by the holder", () => {
    open();
    const codes = [
      codeOf(() => activate({ holder: HOST })),
      codeOf(() => activate({ sessionKey: COIN })),
      codeOf(() => activate({ termsHash: INPUT })),
      codeOf(() => activate({ nonce: 1n })),
      codeOf(() => activate({ notBefore: START + 1n })),
      codeOf(() => activate({ expires: START })),
      codeOf(() => channels.activate(permission(), HOST, HOLDER, START)),
      codeOf(() => activate({}, START + 86_399n)),
    ];
    const bad = "BadPermission";
    const late = "PermissionNotInForce";
    expect(codes).toEqual([bad, bad, bad, "WrongNonce", late, late, "BadSignature", ""]);
    expect(channels.nonceOf(1n, HOST)).toBe(1n);
  });

  test("need the licence, in force and still held", () => {
    open();
    licences.change(1n, { holder: HOST });
    expect(codeOf(() => activate())).toBe("NotHolder");
    licences.change(1n, { holder: HOLDER, expires: START });
    expect(codeOf(() => activate({}, START + 1n))).toBe("LicenceExpired");
    expect(codeOf(() => activate())).toBe("");
  });

  test("without an end last to the end of time", () => {
    open();
    activate({ expires: 2n ** 64n - 1n });
    expect(settle(1n, 3n, START + 10n ** 10n).toHost).toBe(0n);
  });
});

describe("closing", () => {
  test("only the holder closes, and an old signature does not", () => {
    open();
    const close = { licence: 1n, host: HOST, cumulativeCalls: 0n, cumulativeAmount: 0n, nonce: 0n };
    expect(codeOf(() => channels.requestClose(1n, HOST, HOST, START))).toBe("NotHolder");
    expect(codeOf(() => channels.coopClose(close, HOLDER, HOLDER))).toBe("BadSignature");
    expect(channels.coopClose(close, HOST, HOLDER)).toBe(1_000n);
    open();
    expect(codeOf(() => channels.coopClose(close, HOST, HOLDER))).toBe("WrongNonce");
    expect(licences.facts(1n).quota).toBe(0n);
  });

  test("gives unused calls back and counts the used ones on", () => {
    open();
    activate();
    settle(10n, 400n);
    channels.requestClose(1n, HOST, HOLDER, START);
    channels.finalizeClose(1n, HOST, START + 3_600n);
    expect(licences.facts(1n).quota).toBe(990n);
    expect(channels.sumsOf(1n, HOST)).toEqual({ deposit: 0n, settled: 0n, calls: 10n });
  });
});

describe("what is covered", () => {
  test("a call that was or can be settled", () => {
    expect(channels.isCovered(receipt(1n), HOST, START)).toBe(false);
    open();
    expect(channels.isCovered(receipt(1n), HOST, START)).toBe(false);
    activate({ maxCalls: 5n });
    settle(2n, 10n);
    const covered = [0n, 1n, 2n, 5n, 6n].map((call) =>
      channels.isCovered(receipt(call), HOST, START),
    );
    expect(covered).toEqual([false, true, true, true, false]);
    expect(channels.isCovered({ ...receipt(1n), model: 2n }, HOST, START)).toBe(false);
    expect(channels.isCovered(receipt(1n), HOSTS[1], START)).toBe(false);
  });

  test("calls from the opening to the licence's end, with five minutes' grace", () => {
    open();
    activate();
    const at = (time: bigint) => channels.isCovered(receipt(1n, time), HOST, START);
    const end = START + 31_536_000n;
    const times = [START - 301n, START - 300n, end + 300n, end + 301n];
    expect(times.map(at)).toEqual([false, true, true, false]);
  });

  test("what was settled stays covered after the close, the rest does not", () => {
    open();
    activate();
    settle(2n, 10n);
    channels.requestClose(1n, HOST, HOLDER, START);
    const during = START + 3_599n;
    expect(channels.isCovered(receipt(3n), HOST, during)).toBe(true);
    expect(channels.isCovered(receipt(3n), HOST, during + 1n)).toBe(false);
    channels.finalizeClose(1n, HOST, during + 1n);
    licences.change(1n, { expires: 0n });
    const covered = [2n, 3n].map((call) => channels.isCovered(receipt(call), HOST, during + 1n));
    expect(covered).toEqual([true, false]);
  });
});
