import { AppError, type AppErrorOptions } from "@/lib/errors.ts";
import { nextVoucher, type Position } from "./nextVoucher.ts";
import type { Permission, Voucher } from "./types.ts";
import type { Hex } from "viem";

export type SessionErrorCode =
  | "CAP_REACHED"
  | "CALLS_USED_UP"
  | "SESSION_EXPIRED"
  | "SESSION_NOT_YET"
  | "SESSION_MISSING"
  | "SESSION_UNSIGNED"
  | "HOST_BOOKS_DIFFER"
  | "HOST_TERMS_DIFFER"
  | "HOST_UNREACHABLE"
  | "HOST_REFUSED"
  | "HOST_BROKE_OFF";

const TEXTS: Record<SessionErrorCode, readonly [message: string, hint: string]> = {
  CAP_REACHED: [
    "The call could cost more than the permission has left.",
    "Ask for a shorter answer, or sign a permission for a higher sum.",
  ],
  CALLS_USED_UP: [
    "The permission's calls are used up.",
    "Sign a permission for more calls, or renew the licence.",
  ],
  SESSION_EXPIRED: ["The permission has expired.", "Sign a new one."],
  SESSION_NOT_YET: ["The permission is not in force yet.", "Wait for its first second."],
  SESSION_MISSING: [
    "This browser has no key for that permission.",
    "Use it where it was made, or sign a new permission here.",
  ],
  SESSION_UNSIGNED: ["Nobody has signed for this key yet.", "Sign the permission first."],
  HOST_BOOKS_DIFFER: [
    "The host asks for more than this browser agreed to.",
    "Nothing was signed. Close the channel: what was signed before is the most it can take.",
  ],
  HOST_TERMS_DIFFER: [
    "The host's conditions are not those that the permission was signed for.",
    "Read its terms again and sign a new permission if they suit.",
  ],
  HOST_UNREACHABLE: [
    "The host does not answer.",
    "Try again; if it lasts, look whether the host and the studio's server still run.",
  ],
  HOST_REFUSED: ["The host refused the call.", "Its own words are below."],
  HOST_BROKE_OFF: [
    "The answer broke off.",
    "What had come is charged; the next call shows how much.",
  ],
};

/** What ends a call on the caller's side. */
export class SessionError extends AppError<SessionErrorCode> {
  constructor(code: SessionErrorCode, options: AppErrorOptions = {}) {
    super(code, ...TEXTS[code], options);
  }
}

/** `signed`: a voucher went out and nothing is known yet. `unused`: the host did not take it. */
export type CallState = "signed" | "answered" | "unused";

/** One call of a session. Amounts in the token's smallest unit. */
export interface CallRecord {
  readonly number: bigint;
  /** Sum in the voucher. */
  readonly amount: bigint;
  /** Null until it is known. */
  readonly cost: bigint | null;
  readonly state: CallState;
  readonly inputHash: Hex;
  readonly receipt: string | null;
  /** Whether the receipt is the host's and fits what was sent and came; null without one. */
  readonly receiptHolds: boolean | null;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What a session key signed, and what is known of what the host charged. Never changed in place. */
export interface SessionBooks {
  /** Where the host stood when this session began; null before. */
  readonly began: Position | null;
  /** Highest sum that was ever signed: the most that the host can have taken. */
  readonly signed: bigint;
  /** As of the last answer. */
  readonly charged: bigint;
  /** The last calls, the oldest first. */
  readonly calls: readonly CallRecord[];
}

export const NEW_BOOKS: SessionBooks = { began: null, signed: 0n, charged: 0n, calls: [] };

/** Calls that are remembered one by one. */
const MAX_CALLS = 100;

/**
 * Takes in where the host says that the session stands. What it may say is bounded by what was signed:
 * no call more than signed for, no sum above the highest, and no number again that was answered.
 * @throws SessionError HOST_BOOKS_DIFFER
 */
export function takePosition(books: SessionBooks, position: Position): SessionBooks {
  const { nextCall, committed } = position;
  if (books.began === null) {
    return { ...books, began: position, signed: committed, charged: committed };
  }
  const last = books.calls.at(-1);
  const lastNumber = last?.number ?? books.began.nextCall - 1n;
  const answered = books.calls.findLast(({ state }) => state === "answered");
  const least = (answered?.number ?? books.began.nextCall - 1n) + 1n;
  if (nextCall > lastNumber + 1n) {
    throw new SessionError("HOST_BOOKS_DIFFER", { details: `call ${nextCall - 1n} is not ours` });
  }
  if (nextCall < least) {
    throw new SessionError("HOST_BOOKS_DIFFER", { details: `call ${nextCall} was answered` });
  }
  if (committed > books.signed) {
    throw new SessionError("HOST_BOOKS_DIFFER", {
      details: `${committed} charged, ${books.signed} signed`,
    });
  }
  if (last?.state !== "signed") return { ...books, charged: committed };
  const wasTaken = nextCall === last.number + 1n;
  const cost = committed > books.charged ? committed - books.charged : 0n;
  const settled: CallRecord = wasTaken
    ? { ...last, state: "answered", cost }
    : { ...last, state: "unused", cost: 0n };
  return { ...books, charged: committed, calls: [...books.calls.slice(0, -1), settled] };
}

/**
 * The voucher for the next call, which costs `most` at most; to be kept with `noteSigned` before it is
 * used.
 * @throws SessionError CAP_REACHED, CALLS_USED_UP, SESSION_EXPIRED, SESSION_NOT_YET
 */
export function voucherFor(
  permission: Permission,
  position: Position,
  most: bigint,
  inputText: string,
  nowSeconds: number,
): Voucher {
  const now = BigInt(Math.floor(nowSeconds));
  if (now >= permission.expires) throw new SessionError("SESSION_EXPIRED");
  if (now < permission.notBefore) throw new SessionError("SESSION_NOT_YET");
  if (position.nextCall > permission.maxCalls) throw new SessionError("CALLS_USED_UP");
  const voucher = nextVoucher(permission, position, most, inputText);
  if (voucher === null) {
    throw new SessionError("CAP_REACHED", {
      details: `${most} at most, ${permission.maxAmount - position.committed} left`,
    });
  }
  return voucher;
}

/** The books with a voucher that is about to be signed. */
export function noteSigned(books: SessionBooks, voucher: Voucher, at: number): SessionBooks {
  const { cumulativeAmount: amount, cumulativeCalls: number, lastInputHash: inputHash } = voucher;
  const call: CallRecord = {
    number,
    amount,
    cost: null,
    state: "signed",
    inputHash,
    receipt: null,
    receiptHolds: null,
    at,
  };
  // A number whose voucher the host did not take stands once.
  const others = books.calls.filter((known) => known.number !== number);
  return {
    ...books,
    signed: amount > books.signed ? amount : books.signed,
    calls: [...others, call].slice(-MAX_CALLS),
  };
}

/** The books after an answer. @throws SessionError HOST_BOOKS_DIFFER for a cost above the voucher */
export function noteAnswered(
  books: SessionBooks,
  number: bigint,
  cost: bigint,
  receipt: Pick<CallRecord, "receipt" | "receiptHolds">,
): SessionBooks {
  const call = books.calls.find((known) => known.number === number);
  const charged = books.charged + cost;
  if (call === undefined || charged > call.amount) {
    throw new SessionError("HOST_BOOKS_DIFFER", { details: `call ${number} cost ${cost}` });
  }
  const answered: CallRecord = { ...call, ...receipt, cost, state: "answered" };
  return {
    ...books,
    charged,
    calls: books.calls.map((known) => (known === call ? answered : known)),
  };
}

/** The books after the host said that it will not serve the call that was signed for. */
export function noteUnused(books: SessionBooks, number: bigint): SessionBooks {
  return {
    ...books,
    calls: books.calls.map((known) =>
      known.number === number ? { ...known, state: "unused", cost: 0n } : known,
    ),
  };
}
