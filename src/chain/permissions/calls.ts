import { encodeFunctionData, type Address, type Hex } from "viem";
import { usageChannelAbi } from "../generated/usageChannel.ts";
import { NATIVE } from "../indexer/state.ts";
import type { Call } from "../transactions/send.ts";
import { decodeToken } from "@/permission/token.ts";

/** What opens a channel; see IUsageChannel.open. */
export interface Opening {
  readonly licence: bigint;
  readonly host: Address;
  /** The zero address for the native coin. */
  readonly token: Address;
  /** Deposit, in the token's smallest unit. */
  readonly deposit: bigint;
  /** Calls to reserve of the licence's; 0 for all it has. */
  readonly calls: bigint;
  /** Seconds that the host has to settle after a close was asked for. */
  readonly withdrawDelay: number;
}

export interface Pair {
  readonly licence: bigint;
  readonly host: Address;
}

export function openCall(channel: Address, opening: Opening): Call {
  const { licence, host, token, deposit, calls, withdrawDelay } = opening;
  const args = [licence, host, token, deposit, calls, withdrawDelay] as const;
  const data = encodeFunctionData({ abi: usageChannelAbi, functionName: "open", args });
  return { to: channel, data, value: token === NATIVE ? deposit : 0n };
}

/** Adds `amount`, in the smallest unit of the channel's own token. */
export function topUpCall(channel: Address, pair: Pair, token: Address, amount: bigint): Call {
  const args = [pair.licence, pair.host, amount] as const;
  const data = encodeFunctionData({ abi: usageChannelAbi, functionName: "topUp", args });
  return { to: channel, data, value: token === NATIVE ? amount : 0n };
}

/** `revoke` voids every permission and asks for the close; the others are what their names say. */
export function endCall(
  channel: Address,
  functionName: "revoke" | "requestClose" | "finalizeClose",
  { licence, host }: Pair,
): Call {
  const args = [licence, host] as const;
  return {
    to: channel,
    data: encodeFunctionData({ abi: usageChannelAbi, functionName, args }),
    value: 0n,
  };
}

/**
 * Closes at once on what the host signed.
 * @param close `omlc1.….…`
 * @throws RangeError for a text that is none
 */
export function coopCloseCall(channel: Address, close: string): Call {
  const { message, signature } = decodeToken("CoopClose", close);
  const args: readonly [typeof message, Hex] = [message, signature];
  const data = encodeFunctionData({ abi: usageChannelAbi, functionName: "coopClose", args });
  return { to: channel, data, value: 0n };
}
