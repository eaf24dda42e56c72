import { getAddress, isAddress, isHex, type Address, type Hex } from "viem";
import * as v from "valibot";
import { NEW_BOOKS, SessionError, type SessionBooks } from "@/permission/sessionBooks.ts";
import type { SigningDomain } from "@/permission/token.ts";
import { forget, keep, keptOf } from "@/storage/sealedStore.ts";
import type { SessionInfo } from "@/rpc/sessionProtocol.ts";

const KIND = "session";

/** A session with its key. It never leaves the worker as a whole. */
export interface Session {
  readonly key: Address;
  readonly privateKey: Hex;
  readonly domain: SigningDomain;
  readonly permission: string | null;
  readonly books: SessionBooks;
  /** Milliseconds since 1970. */
  readonly at: number;
}

const whole = v.pipe(
  v.string(),
  v.regex(/^\d{1,78}$/),
  v.transform((text) => BigInt(text)),
);
const hex = v.custom<Hex>((value) => isHex(value));
const address = v.pipe(
  v.custom<Address>((value) => typeof value === "string" && isAddress(value)),
  v.transform((text) => getAddress(text)),
);

const sessionSchema = v.object({
  key: address,
  privateKey: hex,
  domain: v.object({ chainId: v.number(), verifyingContract: address }),
  permission: v.nullable(v.string()),
  books: v.object({
    began: v.nullable(v.object({ nextCall: whole, committed: whole })),
    signed: whole,
    charged: whole,
    calls: v.array(
      v.object({
        number: whole,
        amount: whole,
        cost: v.nullable(whole),
        state: v.picklist(["signed", "answered", "unused"]),
        inputHash: hex,
        receipt: v.nullable(v.string()),
        receiptHolds: v.nullable(v.boolean()),
        at: v.number(),
      }),
    ),
  }),
  at: v.number(),
});

export function newSession(key: Address, privateKey: Hex, domain: SigningDomain): Session {
  return { key, privateKey, domain, permission: null, books: NEW_BOOKS, at: Date.now() };
}

/**
 * Keeps a session, encrypted under a key that no script can read out. Settles once it is on the disc,
 * so that what it says was signed cannot be forgotten by a crash.
 */
export function saveSession(session: Session): Promise<void> {
  const text = JSON.stringify(session, (_, value: unknown) =>
    typeof value === "bigint" ? String(value) : value,
  );
  return keep(KIND, session.key, text);
}

/** All sessions that can still be opened, the oldest first. */
export async function loadSessions(): Promise<Session[]> {
  const sessions: Session[] = [];
  for (const { text } of await keptOf(KIND)) {
    const parsed = text === null ? null : v.safeParse(sessionSchema, JSON.parse(text));
    if (parsed?.success === true) sessions.push(parsed.output);
  }
  return sessions.toSorted((a, b) => a.at - b.at);
}

/** @throws SessionError SESSION_MISSING */
export async function loadSession(key: Address): Promise<Session> {
  const found = (await loadSessions()).find((session) => session.key === key);
  if (found === undefined) throw new SessionError("SESSION_MISSING");
  return found;
}

export function dropSession(key: Address): Promise<void> {
  return forget(KIND, key);
}

/** What the page gets to see. */
export function infoOf({ key, domain, permission, books, at }: Session): SessionInfo {
  const { began, signed, charged, calls } = books;
  return { key, domain, permission, before: began?.committed ?? null, signed, charged, calls, at };
}

/** Runs `work` while no other tab or call uses the session. Says so when it has to wait. */
export async function withSession<T>(
  key: Address,
  signal: AbortSignal,
  work: () => Promise<T>,
  onWaiting: () => void = () => {},
): Promise<T> {
  const name = `signet-session-${key}`;
  const { held = [] } = await navigator.locks.query();
  if (held.some((lock) => lock.name === name)) onWaiting();
  return navigator.locks.request(name, { mode: "exclusive", signal }, work);
}
