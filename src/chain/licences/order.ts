import { decodeFunctionData, encodeFunctionData, erc20Abi, parseSignature } from "viem";
import type { Address, Hex } from "viem";
import { licenceTokenAbi } from "../generated/licenceToken.ts";
import { revenueSplitterAbi } from "../generated/revenueSplitter.ts";
import { NATIVE } from "../indexer/state.ts";
import type { Call } from "../transactions/send.ts";

/** What is bought, and the most that its buyer agreed to: `Order` of ILicenceToken. */
export interface Order {
  readonly model: bigint;
  readonly kind: number;
  /** Holder of the new licence. */
  readonly to: Address;
  /** The zero address for the native coin. */
  readonly token: Address;
  /** In the token's smallest unit. */
  readonly maxPrice: bigint;
  /** Hash of the terms that the buyer read. */
  readonly termsHash: Hex;
}

/** What a renewal comes to, and the most that the holder agreed to. */
export interface Renewal {
  readonly licence: bigint;
  readonly token: Address;
  /** In the token's smallest unit. */
  readonly maxPrice: bigint;
  readonly termsHash: Hex;
}

/**
 * Buys with the native coin, or with an ERC-20 that was allowed to the splitter. The coin sent is
 * exactly `maxPrice`, so that the contract refuses when the price is any other.
 */
export function buyCall(licences: Address, order: Order): Call {
  const data = encodeFunctionData({ abi: licenceTokenAbi, functionName: "buy", args: [order] });
  return { to: licences, data, value: order.token === NATIVE ? order.maxPrice : 0n };
}

/**
 * Buys by an ERC-2612 permit of the sender over exactly `maxPrice`, which must be the price.
 *
 * @param deadline Unix seconds, as signed
 * @param signature of the permit
 */
export function buyWithPermitCall(
  licences: Address,
  order: Order,
  deadline: bigint,
  signature: Hex,
): Call {
  const { r, s, yParity } = parseSignature(signature);
  const data = encodeFunctionData({
    abi: licenceTokenAbi,
    functionName: "buyWithPermit",
    args: [order, deadline, 27 + yParity, r, s],
  });
  return { to: licences, data, value: 0n };
}

/** Renews by the native coin, or by an ERC-20 that was allowed to the splitter. */
export function renewCall(licences: Address, renewal: Renewal): Call {
  const { licence, token, maxPrice, termsHash } = renewal;
  const data = encodeFunctionData({
    abi: licenceTokenAbi,
    functionName: "renew",
    args: [licence, token, maxPrice, termsHash],
  });
  return { to: licences, data, value: token === NATIVE ? maxPrice : 0n };
}

/** Returns a licence within its window; the money becomes credit in the splitter. */
export function refundCall(licences: Address, licence: bigint): Call {
  const args = [licence] as const;
  const data = encodeFunctionData({ abi: licenceTokenAbi, functionName: "refund", args });
  return { to: licences, data, value: 0n };
}

/** Pays out an account's credit of a token. */
export function withdrawCall(splitter: Address, account: Address, token: Address): Call {
  const args = [account, token] as const;
  const data = encodeFunctionData({ abi: revenueSplitterAbi, functionName: "withdraw", args });
  return { to: splitter, data, value: 0n };
}

/** Hands a licence over; a contract that cannot hold one refuses. */
export function transferCall(licences: Address, from: Address, to: Address, licence: bigint): Call {
  const data = encodeFunctionData({
    abi: licenceTokenAbi,
    functionName: "safeTransferFrom",
    args: [from, to, licence],
  });
  return { to: licences, data, value: 0n };
}

/** Allows the splitter exactly this much of a token; 0 takes an allowance back. */
export function approveCall(token: Address, splitter: Address, amount: bigint): Call {
  const args = [splitter, amount] as const;
  const data = encodeFunctionData({ abi: erc20Abi, functionName: "approve", args });
  return { to: token, data, value: 0n };
}

/** Which offer a transaction to the licence token buys; null for one that buys nothing. */
export function offerIn(data: Hex): { model: bigint; kind: number } | null {
  const call = decoded(data);
  if (call?.functionName !== "buy" && call?.functionName !== "buyWithPermit") return null;
  const { model, kind } = call.args[0];
  return { model, kind };
}

/** What a transaction to the licence token does to one licence; null when it is something else. */
export function licenceIn(
  data: Hex,
): { what: "renew" | "refund" | "transfer"; licence: bigint } | null {
  const call = decoded(data);
  switch (call?.functionName) {
    case "renew":
    case "refund":
      return { what: call.functionName, licence: call.args[0] };
    case "safeTransferFrom":
      return { what: "transfer", licence: call.args[2] };
    default:
      return null;
  }
}

function decoded(data: Hex) {
  try {
    return decodeFunctionData({ abi: licenceTokenAbi, data });
  } catch {
    return null;
  }
}
