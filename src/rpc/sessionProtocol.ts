import type { Address } from "viem";
import type { CallRecord } from "@/permission/sessionBooks.ts";
import type { SigningDomain } from "@/permission/token.ts";

/** What the page may know of a session; its key stays in the worker. */
export interface SessionInfo {
  /** Address of the session key. */
  readonly key: Address;
  readonly domain: SigningDomain;
  /** The permission string; null until the holder has signed. */
  readonly permission: string | null;
  /** What the host said was charged when this session began; null before its first call. */
  readonly before: bigint | null;
  /** Highest sum that was ever signed. */
  readonly signed: bigint;
  /** As of the last answer. */
  readonly charged: bigint;
  readonly calls: readonly CallRecord[];
  /** Milliseconds since 1970. */
  readonly at: number;
}

export type CallEvent =
  /** Another tab has the session's key. */
  | { type: "waiting" }
  /** The voucher is about to be sent; amounts in the token's smallest unit. */
  | { type: "signed"; number: bigint; most: bigint }
  | { type: "delta"; text: string };

export interface CallResult {
  readonly call: CallRecord;
  readonly text: string;
}

/** What the page says to the worker that holds session keys. `path` is a host's under the page's origin. */
export interface SessionProtocol {
  /** Makes a key for a permission that is to be signed. */
  create: { params: { domain: SigningDomain }; event: never; result: { key: Address } };
  /** Gives a key the permission that was signed for it. */
  adopt: { params: { permission: string }; event: never; result: SessionInfo };
  list: { params: { domain: SigningDomain }; event: never; result: readonly SessionInfo[] };
  /** Signs a voucher and makes one call of the host. */
  call: {
    params: { key: Address; path: string; model: string; text: string; maxTokens: number };
    event: CallEvent;
    result: CallResult;
  };
  /** Asks the host where the session stands. */
  refresh: { params: { key: Address; path: string }; event: never; result: SessionInfo };
  /** Has the host sign a close at once. @returns its token, `omlc1.….…` */
  close: { params: { key: Address; path: string }; event: never; result: { close: string } };
  /** Forgets a key for ever. */
  forget: { params: { key: Address }; event: never; result: null };
}
