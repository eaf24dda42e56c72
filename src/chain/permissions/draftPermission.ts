import { isAddressEqual, zeroHash, type Address } from "viem";
import type { SessionInfo } from "@/rpc/sessionProtocol.ts";
import { policyHash, type HostTerms } from "@/permission/terms.ts";
import { decodeToken, type Token } from "@/permission/token.ts";
import type { Permission } from "@/permission/types.ts";
import type { PairReading } from "../queries/channel.ts";
import type { Pair } from "./calls.ts";

const MAX_CALLS = 2n ** 64n - 1n;
const MAX_AMOUNT = 2n ** 128n - 1n;
/** For clocks that disagree. */
const EARLIER_S = 60n;

/** What was used before a new permission counts from its sums on: they are those of the whole channel. */
export interface Base {
  readonly calls: bigint;
  readonly amount: bigint;
}

/** What the holder allows, in the holder's own terms: so much and so often from now on. */
export interface Allowance {
  /** In the token's smallest unit. */
  readonly amount: bigint;
  readonly calls: bigint;
  readonly seconds: bigint;
}

/** What is on the chain, or what this browser's key used beyond it. */
export function baseOf(
  { channel }: Pick<PairReading, "channel">,
  current: Pick<Held, "info"> | null,
): Base {
  return {
    calls: greatest(channel?.settledCalls ?? 0n, current?.info.calls.at(-1)?.number ?? 0n),
    amount: greatest(channel?.settled ?? 0n, current?.info.charged ?? 0n),
  };
}

/**
 * The permission to sign.
 *
 * @param nowSeconds of this device; the chain's own time is in the reading
 */
export function draftPermission(
  { licence, host }: Pair,
  reading: PairReading,
  base: Base,
  allowance: Allowance,
  sessionKey: Address,
  terms: HostTerms | null,
  nowSeconds: number,
): Permission {
  const now = BigInt(Math.floor(nowSeconds));
  const earlier = now < reading.time ? now : reading.time;
  return {
    licence,
    holder: reading.owner,
    sessionKey,
    host,
    notBefore: earlier > EARLIER_S ? earlier - EARLIER_S : 0n,
    expires: least(greatest(now, reading.time) + allowance.seconds, MAX_CALLS),
    maxCalls: least(base.calls + allowance.calls, MAX_CALLS),
    maxAmount: least(base.amount + allowance.amount, MAX_AMOUNT),
    termsHash: reading.termsHash,
    policyHash: terms === null ? zeroHash : policyHash(terms),
    nonce: reading.nonce,
  };
}

/** A session of this browser with its permission read. */
export interface Held {
  readonly info: SessionInfo;
  readonly token: Token<"Permission">;
}

/** The sessions of one pair that this browser holds, the oldest first. */
export function heldFor(sessions: readonly SessionInfo[], { licence, host }: Pair): Held[] {
  return sessions.flatMap((info) => {
    if (info.permission === null) return [];
    const token = decodeToken("Permission", info.permission);
    const isOurs = token.message.licence === licence && isAddressEqual(token.message.host, host);
    return isOurs ? [{ info, token }] : [];
  });
}

/**
 * The session that the chain would let pay now: the active one, or one that was signed for the next
 * nonce. Null when this browser has none.
 */
export function currentSession(
  held: readonly Held[],
  { nonce, channel }: Pick<PairReading, "nonce" | "channel">,
): (Held & { readonly isActive: boolean }) | null {
  if (channel === null) return null;
  const next = held.findLast(({ token }) => token.message.nonce === nonce);
  if (next !== undefined) return { ...next, isActive: false };
  const active = held.findLast(
    ({ token: { message } }) =>
      message.nonce + 1n === nonce && isAddressEqual(message.sessionKey, channel.sessionKey),
  );
  return active === undefined ? null : { ...active, isActive: true };
}

function greatest(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
