import type { Hex } from "viem";
import type { ChannelFacts } from "./chainReader.ts";
import { refuse } from "./refusal.ts";
import type { Permission, Voucher } from "./types.ts";

/** A call that was let in and is not over. Amounts in the token's smallest unit. */
export interface OpenCall {
  readonly voucher: Voucher;
  readonly signature: Hex;
  /** Most that it can cost. */
  readonly reserved: bigint;
  /** Cost so far, once its answer has begun to leave; null before. */
  readonly delivered: bigint | null;
}

/** What a host knows of one opening of a channel. Values are never changed in place. */
export interface Ledger {
  /** Unix seconds of the opening, which tells it from others of the pair. */
  readonly openedAt: bigint;
  /** Number of the last call whose answer left, or that was settled. */
  readonly calls: bigint;
  /** Cost of all calls of this opening that are over. */
  readonly charged: bigint;
  /** Sum of the best voucher that pays for a delivered call. */
  readonly signed: bigint;
  readonly open: readonly OpenCall[];
}

export type LedgerEvent =
  /** The chain was read. */
  | {
      readonly type: "read";
      readonly channel: Pick<ChannelFacts, "openedAt" | "settledCalls" | "settled">;
    }
  /** A call was let in. */
  | {
      readonly type: "begin";
      readonly voucher: Voucher;
      readonly signature: Hex;
      readonly reserved: bigint;
    }
  /** The first byte of its answer is about to leave; `cost` is owed from now on. */
  | { readonly type: "deliver"; readonly number: bigint; readonly cost: bigint }
  /** It is over and cost this much. */
  | { readonly type: "finish"; readonly number: bigint; readonly cost: bigint }
  /** It ended before anything left: the voucher counts as never used. */
  | { readonly type: "fail"; readonly number: bigint };

/** The ledger of an opening that the host has not served yet. */
export function newLedger(
  channel: Pick<ChannelFacts, "openedAt" | "settledCalls" | "settled">,
): Ledger {
  const { openedAt, settledCalls, settled } = channel;
  return { openedAt, calls: settledCalls, charged: settled, signed: settled, open: [] };
}

/** The ledger after an event. @throws RangeError for a call that is not open */
export function reduceLedger(ledger: Ledger, event: LedgerEvent): Ledger {
  switch (event.type) {
    case "read":
      return afterRead(ledger, event.channel);
    case "begin": {
      const { voucher, signature, reserved } = event;
      const call = { voucher, signature, reserved, delivered: null };
      return { ...ledger, open: [...ledger.open, call] };
    }
    case "deliver": {
      const call = openCall(ledger, event.number);
      const { cumulativeAmount } = call.voucher;
      return {
        ...ledger,
        calls: greatest(ledger.calls, event.number),
        signed: greatest(ledger.signed, cumulativeAmount),
        open: ledger.open.map((other) =>
          other === call ? { ...call, delivered: event.cost } : other,
        ),
      };
    }
    case "finish": {
      const call = openCall(ledger, event.number);
      return {
        ...ledger,
        charged: ledger.charged + event.cost,
        open: ledger.open.filter((other) => other !== call),
      };
    }
    default: {
      const call = openCall(ledger, event.number);
      return { ...ledger, open: ledger.open.filter((other) => other !== call) };
    }
  }
}

/** Number that the next call has. */
export function nextCall(ledger: Ledger): bigint {
  const numbers = ledger.open.map(({ voucher }) => voucher.cumulativeCalls);
  return numbers.reduce(greatest, ledger.calls) + 1n;
}

/** What is charged and what open calls can still cost. */
export function committed(ledger: Ledger): bigint {
  return ledger.open.reduce((sum, { reserved }) => sum + reserved, ledger.charged);
}

/** What was delivered, finished or not. */
export function owed(ledger: Ledger): bigint {
  return ledger.open.reduce((sum, { delivered }) => sum + (delivered ?? 0n), ledger.charged);
}

/** Least sum that the voucher for the next call must have, when the call costs `most` at most. */
export function leastAmount(ledger: Ledger, most: bigint, riskCap: bigint): bigint {
  const onCredit = committed(ledger) + most - riskCap;
  return ledger.open
    .map(({ voucher }) => voucher.cumulativeAmount)
    .reduce(greatest, greatest(onCredit, ledger.signed));
}

/** A call that asks to be let in. */
export interface Ask {
  readonly voucher: Voucher;
  readonly inputHash: Hex;
  /** Most that it can cost, in the token's smallest unit. */
  readonly most: bigint;
}

/** What a call is held against, besides the ledger. */
export interface Limits {
  readonly permission: Permission;
  readonly channel: ChannelFacts;
  /** The permission is not on the chain yet, so that the session there is another's. */
  readonly isSessionNew: boolean;
  /** Most that may be owed without a voucher at any time. */
  readonly riskCap: bigint;
  /** Most that may be owed beyond what is settled while the chain cannot be read; null while it can. */
  readonly offlineRiskCap: bigint | null;
}

/**
 * Lets a call in or not; a call that is let in is then put into the ledger with `begin`.
 * @throws Refusal "voucher-stale", "voucher-ahead", "voucher-input", "over-calls", "over-amount",
 * "over-deposit", "voucher-low", "over-risk"
 */
export function admit(ledger: Ledger, ask: Ask, limits: Limits): void {
  const { voucher, most } = ask;
  const { permission, channel, riskCap, offlineRiskCap } = limits;
  const next = nextCall(ledger);
  if (voucher.cumulativeCalls < next) refuse("voucher-stale", `the next call is ${next}`);
  if (voucher.cumulativeCalls > next) refuse("voucher-ahead", `the next call is ${next}`);
  if (voucher.lastInputHash !== ask.inputHash) refuse("voucher-input");

  const maxCalls = limits.isSessionNew ? channel.maxCalls : channel.sessionMaxCalls;
  const lastCall = least(permission.maxCalls, maxCalls);
  if (next > lastCall) refuse("over-calls", `the last call is ${lastCall}`);
  const sum = greatest(committed(ledger) + most, voucher.cumulativeAmount);
  if (sum > permission.maxAmount) refuse("over-amount", `${sum} of ${permission.maxAmount}`);
  if (sum > channel.deposit) refuse("over-deposit", `${sum} of ${channel.deposit}`);

  const need = leastAmount(ledger, most, riskCap);
  if (voucher.cumulativeAmount < need) refuse("voucher-low", `at least ${need}`);
  if (offlineRiskCap !== null && committed(ledger) + most - channel.settled > offlineRiskCap) {
    refuse("over-risk");
  }
}

function afterRead(
  ledger: Ledger,
  channel: Pick<ChannelFacts, "openedAt" | "settledCalls" | "settled">,
): Ledger {
  // A read that was under way while the pair was opened again must not bring the old opening back.
  if (channel.openedAt > ledger.openedAt) return newLedger(channel);
  if (channel.openedAt < ledger.openedAt) return ledger;
  const { settledCalls, settled } = channel;
  if (settledCalls <= ledger.calls && settled <= ledger.signed) return ledger;
  return {
    ...ledger,
    calls: greatest(ledger.calls, settledCalls),
    signed: greatest(ledger.signed, settled),
  };
}

function openCall(ledger: Ledger, number: bigint): OpenCall {
  const call = ledger.open.find(({ voucher }) => voucher.cumulativeCalls === number);
  if (!call) throw new RangeError(`call ${number} is not open`);
  return call;
}

function greatest(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
