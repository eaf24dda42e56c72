import type { Address, Hex } from "viem";
import { AppError } from "@/lib/errors.ts";
import type { CoopClose, Permission, Receipt, Voucher } from "@/permission/types.ts";
import { WHOLE_PPM } from "./lineage.ts";

/** A quota or a number of calls that has no limit. */
export const UNLIMITED = 2n ** 64n - 1n;
/** How far a host's clock may be from the chain's, in seconds, when a receipt's time is judged. */
export const CLOCK_GRACE = 300n;
const MAX_AMOUNT = 2n ** 128n - 1n;
const LAST_TIME = 2n ** 40n - 1n;
const SHORTEST_DELAY = 900n;
const LONGEST_DELAY = 2_592_000n;
const ZERO_ADDRESS = "0x0000000000000000000000000000000000000000";

/** The contract's errors by their names. */
export type ChannelCode =
  | "UnknownChannel"
  | "ChannelExists"
  | "NotHolder"
  | "LicenceExpired"
  | "BadHost"
  | "BadDelay"
  | "BadAmount"
  | "Closing"
  | "CloseTooEarly"
  | "BadPermission"
  | "WrongNonce"
  | "SessionKeyUsed"
  | "SessionInForce"
  | "PermissionNotInForce"
  | "BadSignature"
  | "NoSession"
  | "VoucherStale"
  | "OverDeposit"
  | "OverCap"
  | "QuotaExceeded";

/** Thrown where the contract reverts. */
export class ChannelError extends AppError<ChannelCode> {}

/** What a channel reads of a licence, as the licence token has it now. */
export interface LicenceFacts {
  readonly holder: Address;
  readonly model: bigint;
  /** Last second in force, in Unix seconds. */
  readonly expires: bigint;
  /** Calls left that no channel has reserved. */
  readonly quota: bigint;
  /** Share of usage payments that goes to the host, in millionths. */
  readonly hostPpm: bigint;
  readonly termsHash: Hex;
}

/** What a channel asks of the licence token. */
export interface LicencePort {
  facts(licence: bigint): LicenceFacts;
  lock(licence: bigint, calls: bigint): void;
  unlock(licence: bigint, unusedCalls: bigint): void;
}

/** What a channel asks of the splitter; amounts in the token's smallest unit. */
export interface MoneyPort {
  deposit(token: Address, amount: bigint): void;
  credit(account: Address, token: Address, amount: bigint): void;
  split(model: bigint, token: Address, amount: bigint): void;
}

/** What one settlement moved; amounts in the token's smallest unit. */
export interface Settlement {
  readonly calls: bigint;
  readonly amount: bigint;
  readonly toHost: bigint;
  readonly toModel: bigint;
}

interface Session {
  key: Address;
  maxCalls: bigint;
  maxAmount: bigint;
  expires: bigint;
  /** From when on its vouchers are refused, a close aside. */
  settleBy: bigint;
}

interface Opening {
  holder: Address;
  hostPpm: bigint;
  token: Address;
  maxCalls: bigint;
  metered: boolean;
  withdrawDelay: bigint;
  deposit: bigint;
  settled: bigint;
  closesAt: bigint;
  openedAt: bigint;
  session: Session | null;
}

interface Pair {
  model: bigint;
  nonce: bigint;
  settledCalls: bigint;
  firstOpenedAt: bigint;
  licenceExpires: bigint;
  usedKeys: Set<Address>;
  open: Opening | null;
}

export interface OpenArgs {
  readonly licence: bigint;
  readonly host: Address;
  readonly token: Address;
  readonly amount: bigint;
  /** Calls to reserve; 0 for all that the licence has. */
  readonly calls: bigint;
  readonly withdrawDelay: bigint;
}

const least = (a: bigint, b: bigint) => (a < b ? a : b);
const partOf = (amount: bigint, ppm: bigint) => (amount * ppm) / WHOLE_PPM;

/**
 * The books of contracts/src/UsageChannel.sol in plain arithmetic, with which the contract must agree
 * after every transaction. Signatures are not checked: who signed is an argument. Addresses must be
 * written always the same way. Times are Unix seconds. Every method that throws changes nothing.
 */
export class Channels {
  readonly #licences: LicencePort;
  readonly #money: MoneyPort;
  readonly #pairs = new Map<string, Pair>();

  constructor(licences: LicencePort, money: MoneyPort) {
    this.#licences = licences;
    this.#money = money;
  }

  /** Opens and deposits. The contract also lets operators of the licence in, which is not told here. */
  open(args: OpenArgs, caller: Address, now: bigint): void {
    const { licence, host, token, amount, withdrawDelay } = args;
    const pair = this.#pairOf(licence, host);
    if (pair.open) fail("ChannelExists");
    const facts = this.#licences.facts(licence);
    if (caller !== facts.holder) fail("NotHolder");
    if (host === ZERO_ADDRESS || host === facts.holder) fail("BadHost");
    if (withdrawDelay < SHORTEST_DELAY || withdrawDelay > LONGEST_DELAY) fail("BadDelay");
    if (amount === 0n) fail("BadAmount");
    if (now > facts.expires) fail("LicenceExpired");

    const metered = facts.quota !== UNLIMITED;
    const wanted = args.calls === 0n ? facts.quota : args.calls;
    if (metered && (wanted === 0n || wanted > facts.quota)) fail("QuotaExceeded");
    this.#licences.lock(licence, metered ? wanted : 0n);
    this.#money.deposit(token, amount);
    pair.model = facts.model;
    pair.firstOpenedAt ||= now;
    pair.open = {
      holder: facts.holder,
      hostPpm: facts.hostPpm,
      token,
      maxCalls: least(pair.settledCalls + wanted, UNLIMITED),
      metered,
      withdrawDelay,
      deposit: amount,
      settled: 0n,
      closesAt: 0n,
      openedAt: now,
      session: null,
    };
    this.#pairs.set(keyOf(licence, host), pair);
  }

  topUp(licence: bigint, host: Address, amount: bigint): void {
    const { open } = this.#openPair(licence, host);
    if (open.closesAt !== 0n) fail("Closing");
    if (amount === 0n || open.deposit + amount > MAX_AMOUNT) fail("BadAmount");
    this.#money.deposit(open.token, amount);
    open.deposit += amount;
  }

  activate(permission: Permission, signer: Address, caller: Address, now: bigint): void {
    const { licence, host, sessionKey: key, maxAmount, expires } = permission;
    const { pair, open } = this.#openPair(licence, host);
    if (open.closesAt !== 0n) fail("Closing");
    this.#checkPermission(pair, open, permission, now);
    const inForce = open.session && now < open.session.settleBy ? open.session : null;
    if (inForce && !isWider(permission, inForce) && caller !== host) fail("SessionInForce");
    if (signer !== permission.holder) fail("BadSignature");
    const isNewKey = key !== open.session?.key;
    if (isNewKey && pair.usedKeys.has(key)) fail("SessionKeyUsed");

    pair.usedKeys.add(key);
    pair.nonce += 1n;
    open.session = {
      key,
      maxCalls: least(permission.maxCalls, open.maxCalls),
      maxAmount,
      expires,
      settleBy: least(expires + open.withdrawDelay, LAST_TIME),
    };
  }

  /** Settles one voucher that `signer` signed. */
  settle(voucher: Voucher, signer: Address, now: bigint): Settlement {
    const { licence, host, cumulativeCalls: calls, cumulativeAmount: amount } = voucher;
    const { pair, open } = this.#openPair(licence, host);
    const { session } = open;
    if (!session) fail("NoSession");
    if (open.closesAt !== 0n && now >= open.closesAt) fail("Closing");
    if (now >= session.settleBy) fail("PermissionNotInForce");
    checkRises(pair, open, calls, amount);
    if (calls === pair.settledCalls && amount === open.settled) fail("VoucherStale");
    if (amount > open.deposit) fail("OverDeposit");
    if (amount > session.maxAmount || calls > session.maxCalls) fail("OverCap");
    if (signer !== session.key) fail("BadSignature");
    return this.#raise(pair, open, host, calls, amount);
  }

  requestClose(licence: bigint, host: Address, caller: Address, now: bigint): void {
    const { open } = this.#heldPair(licence, host, caller);
    if (open.closesAt !== 0n) fail("Closing");
    open.closesAt = now + open.withdrawDelay;
  }

  revoke(licence: bigint, host: Address, caller: Address, now: bigint): void {
    const { pair, open } = this.#heldPair(licence, host, caller);
    pair.nonce += 1n;
    if (open.closesAt === 0n) open.closesAt = now + open.withdrawDelay;
  }

  /** @returns what goes back to the holder, in the token's smallest unit */
  finalizeClose(licence: bigint, host: Address, now: bigint): bigint {
    const { pair, open } = this.#openPair(licence, host);
    if (open.closesAt === 0n || now < open.closesAt) fail("CloseTooEarly");
    return this.#close(pair, open, licence);
  }

  /** Closes at once on what `signer` signed. @returns what goes back to the holder */
  coopClose(close: CoopClose, signer: Address, caller: Address): bigint {
    const { licence, host, cumulativeCalls: calls, cumulativeAmount: amount } = close;
    const { pair, open } = this.#heldPair(licence, host, caller);
    if (close.nonce !== pair.nonce) fail("WrongNonce");
    checkRises(pair, open, calls, amount);
    if (amount > open.deposit) fail("OverDeposit");
    if (calls > open.maxCalls) fail("OverCap");
    if (signer !== host) fail("BadSignature");
    this.#raise(pair, open, host, calls, amount);
    return this.#close(pair, open, licence);
  }

  nonceOf(licence: bigint, host: Address): bigint {
    return this.#pairOf(licence, host).nonce;
  }

  /** Sums of a channel; zero deposit and amount while it is not open. */
  sumsOf(licence: bigint, host: Address): { deposit: bigint; settled: bigint; calls: bigint } {
    const { open, settledCalls } = this.#pairOf(licence, host);
    return { deposit: open?.deposit ?? 0n, settled: open?.settled ?? 0n, calls: settledCalls };
  }

  /** Whether a receipt's call was settled, or can be by a voucher now. */
  isCovered(receipt: Receipt, host: Address, now: bigint): boolean {
    const pair = this.#pairOf(receipt.licence, host);
    const { open } = pair;
    const latest = receipt.time + CLOCK_GRACE;
    if (pair.firstOpenedAt === 0n || pair.model !== receipt.model) return false;
    if (receipt.callIndex === 0n || latest < pair.firstOpenedAt) return false;
    if (receipt.callIndex > pair.settledCalls && !canSettle(open, receipt.callIndex, latest, now)) {
      return false;
    }
    const expires = open ? this.#licences.facts(receipt.licence).expires : pair.licenceExpires;
    return receipt.time - CLOCK_GRACE <= expires;
  }

  #raise(
    pair: Pair,
    open: Opening,
    host: Address,
    newCalls: bigint,
    newAmount: bigint,
  ): Settlement {
    const amount = newAmount - open.settled;
    const calls = newCalls - pair.settledCalls;
    const toHost = partOf(newAmount, open.hostPpm) - partOf(open.settled, open.hostPpm);
    const toModel = amount - toHost;
    open.settled = newAmount;
    pair.settledCalls = newCalls;
    if (toHost > 0n) this.#money.credit(host, open.token, toHost);
    if (toModel > 0n) this.#money.split(pair.model, open.token, toModel);
    return { calls, amount, toHost, toModel };
  }

  #close(pair: Pair, open: Opening, licence: bigint): bigint {
    const rest = open.deposit - open.settled;
    pair.licenceExpires = this.#licences.facts(licence).expires;
    pair.nonce += 1n;
    pair.open = null;
    this.#licences.unlock(licence, open.metered ? open.maxCalls - pair.settledCalls : 0n);
    if (rest > 0n) this.#money.credit(open.holder, open.token, rest);
    return rest;
  }

  #checkPermission(pair: Pair, open: Opening, permission: Permission, now: bigint): void {
    if (permission.holder !== open.holder || permission.sessionKey === ZERO_ADDRESS) {
      fail("BadPermission");
    }
    if (permission.nonce !== pair.nonce) fail("WrongNonce");
    if (now < permission.notBefore || now >= permission.expires) fail("PermissionNotInForce");
    const facts = this.#licences.facts(permission.licence);
    if (now > facts.expires) fail("LicenceExpired");
    if (facts.holder !== open.holder) fail("NotHolder");
    if (permission.termsHash !== facts.termsHash) fail("BadPermission");
  }

  #pairOf(licence: bigint, host: Address): Pair {
    const known = this.#pairs.get(keyOf(licence, host));
    return (
      known ?? {
        model: 0n,
        nonce: 0n,
        settledCalls: 0n,
        firstOpenedAt: 0n,
        licenceExpires: 0n,
        usedKeys: new Set(),
        open: null,
      }
    );
  }

  #openPair(licence: bigint, host: Address): { pair: Pair; open: Opening } {
    const pair = this.#pairOf(licence, host);
    return { pair, open: pair.open ?? fail("UnknownChannel") };
  }

  #heldPair(licence: bigint, host: Address, caller: Address): { pair: Pair; open: Opening } {
    const held = this.#openPair(licence, host);
    if (caller !== held.open.holder) fail("NotHolder");
    return held;
  }
}

/** Sums never fall. */
function checkRises(pair: Pair, open: Opening, calls: bigint, amount: bigint): void {
  if (calls < pair.settledCalls || amount < open.settled) fail("VoucherStale");
}

/** Whether all that can be settled now can be settled under the permission too. */
function isWider(permission: Permission, session: Session): boolean {
  return (
    permission.sessionKey === session.key &&
    permission.maxCalls >= session.maxCalls &&
    permission.maxAmount >= session.maxAmount &&
    permission.expires >= session.expires
  );
}

function canSettle(open: Opening | null, call: bigint, latest: bigint, now: bigint): boolean {
  const session = open?.session;
  if (!open || !session || latest < open.openedAt) return false;
  const isClosed = open.closesAt !== 0n && now >= open.closesAt;
  return !isClosed && now < session.settleBy && call <= session.maxCalls;
}

function keyOf(licence: bigint, host: Address): string {
  return `${licence} ${host}`;
}

function fail(code: ChannelCode): never {
  throw new ChannelError(
    code,
    `The usage channel would refuse this with ${code}.`,
    "Read the channel again and compare.",
  );
}
