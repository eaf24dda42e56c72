import {
  BaseError,
  decodeErrorResult,
  formatEther,
  InsufficientFundsError,
  isHex,
  size,
} from "viem";
import type { Hex } from "viem";
import { isAbort } from "@/lib/errors.ts";
import { ERRORS } from "./abi.ts";
import { ChainError } from "./chainError.ts";
import { SENTENCES } from "./sentences.ts";

const PANIC = "0x4e487b71";

/**
 * What a call that failed with this data means.
 *
 * @param data what the contract gave back: a custom error, a reason, a panic or nothing
 */
export function explainRevert(data: Hex, cause?: unknown): ChainError {
  const options = cause === undefined ? {} : { cause };
  if (data === "0x") {
    return new ChainError(
      "REVERTED",
      "The contract refused the call and gave no reason.",
      "Reload the page; what is on the chain may have changed.",
      options,
    );
  }
  try {
    const { errorName, args } = decodeErrorResult({ abi: ERRORS, data });
    if (errorName === "Error") {
      return new ChainError(
        "REVERTED",
        "The contract refused the call.",
        "Its own reason is below.",
        { ...options, details: String(args?.[0]).slice(0, 200) },
      );
    }
    const sentence = SENTENCES[errorName];
    if (sentence !== undefined) {
      const details = `${errorName}(${(args ?? []).map(shown).join(", ")})`;
      return new ChainError("REVERTED", sentence[0], sentence[1], { ...options, details });
    }
  } catch {
    // Not one of ours.
  }
  const details = data.startsWith(PANIC) ? `Panic ${data.slice(-2)}` : data.slice(0, 74);
  return new ChainError(
    "REVERTED",
    "The contract refused the call for a reason this studio does not know.",
    "Check the addresses; the code below helps in a report.",
    { ...options, details },
  );
}

function shown(value: unknown): string {
  return typeof value === "bigint" || typeof value === "number" ? value.toString() : String(value);
}

/** What went wrong between page, wallet and chain, whatever threw it. Aborts are passed on. */
export function explainChainError(error: unknown): ChainError {
  if (error instanceof ChainError) return error;
  const code = (wanted: number): boolean => findCause(error, (e) => e.code === wanted) !== null;
  if (code(4001) || named(error, "UserRejectedRequestError")) {
    return new ChainError(
      "WALLET_REJECTED",
      "You rejected the request in the wallet.",
      "Nothing was sent. Try again when you like.",
      { cause: error },
    );
  }
  if (code(-32_002)) {
    return new ChainError(
      "WALLET_BUSY",
      "A request is waiting in the wallet already.",
      "Open the wallet, answer it there, then try again.",
      { cause: error },
    );
  }
  const data = revertData(error);
  if (data !== null) return explainRevert(data, error);
  if (error instanceof BaseError) {
    const poor = error.walk((cause) => cause instanceof InsufficientFundsError);
    if (poor !== null || /insufficient funds/i.test(error.details ?? "")) return poorError(error);
    if (named(error, "ExecutionRevertedError")) return explainRevert("0x", error);
  }
  if (named(error, "ConnectorChainMismatchError") || named(error, "ChainMismatchError")) {
    return new ChainError(
      "WRONG_NETWORK",
      "The wallet is on another network.",
      "Switch it to the network of this market.",
      { cause: error },
    );
  }
  if (named(error, "HttpRequestError") || named(error, "TimeoutError")) {
    return new ChainError(
      "CHAIN_UNAVAILABLE",
      "The chain does not answer.",
      "Check that the studio's server runs, or the network, then try again.",
      { cause: error },
    );
  }
  return new ChainError(
    "WALLET_FAILED",
    "The wallet could not do this.",
    isAbort(error) ? "It was cancelled." : "Look at the wallet, then try again.",
    { cause: error, details: lineOf(error) },
  );
}

function poorError(cause: unknown): ChainError {
  return new ChainError(
    "INSUFFICIENT_FUNDS",
    "The account does not have enough coin for the amount and the network's fee.",
    "Add coin to it, or choose a smaller amount.",
    { cause },
  );
}

/** The account has less coin than amount and fee together, both in wei. */
export function insufficientFunds(have: bigint, need: bigint, symbol: string): ChainError {
  return new ChainError(
    "INSUFFICIENT_FUNDS",
    `The account has ${formatEther(have)} ${symbol} and needs ${formatEther(need)} ${symbol}.`,
    "Add coin to it, or choose a smaller amount. The need includes the network's fee.",
  );
}

interface Cause {
  code?: unknown;
  name?: unknown;
  data?: unknown;
  cause?: unknown;
}

/** Looks through an error and its causes, but no further than an error can sensibly go. */
function findCause(error: unknown, test: (cause: Cause) => boolean): Cause | null {
  let current: unknown = error;
  for (let depth = 0; depth < 12; depth += 1) {
    if (typeof current !== "object" || current === null) return null;
    const cause: Cause = current;
    if (test(cause)) return cause;
    current = cause.cause;
  }
  return null;
}

function named(error: unknown, name: string): boolean {
  return findCause(error, (cause) => cause.name === name) !== null;
}

/** What the contract gave back, wherever node or wallet put it. */
export function revertData(error: unknown): Hex | null {
  let found: Hex | null = null;
  findCause(error, ({ data }) => {
    found = asData(data);
    return found !== null;
  });
  return found;
}

function asData(data: unknown): Hex | null {
  if (isHex(data)) return size(data) >= 4 ? data : null;
  // Wallets wrap the node's error once more.
  if (typeof data !== "object" || data === null) return null;
  if ("data" in data) return asData(data.data);
  if ("originalError" in data) return asData(data.originalError);
  return null;
}

function lineOf(error: unknown): string {
  if (error instanceof BaseError) return error.shortMessage.slice(0, 200);
  if (error instanceof Error) return error.message.slice(0, 200);
  if (typeof error === "object" && error !== null && "message" in error) {
    return String(error.message).slice(0, 200);
  }
  return String(error).slice(0, 200);
}
