import { getAddress, isAddressEqual, zeroHash, type Address } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { mostOf } from "@/permission/metering.ts";
import { readModelCall } from "@/permission/openaiCall.ts";
import { verifyReceipt } from "@/permission/receipt.ts";
import { Refusal } from "@/permission/refusal.ts";
import {
  noteAnswered,
  noteSigned,
  noteUnused,
  SessionError,
  takePosition,
  voucherFor,
  type SessionBooks,
} from "@/permission/sessionBooks.ts";
import { typedDataOf } from "@/permission/signature.ts";
import { policyHash, type HostTerms } from "@/permission/terms.ts";
import { decodeToken, encodeToken, type SigningDomain, type Token } from "@/permission/token.ts";
import type { Voucher } from "@/permission/types.ts";
import type { CallContext } from "@/rpc/serve.ts";
import { hostClient, type HostClient } from "./hostClient.ts";
import type { CallEvent, SessionInfo, SessionProtocol } from "@/rpc/sessionProtocol.ts";
import {
  dropSession,
  infoOf,
  loadSession,
  loadSessions,
  newSession,
  saveSession,
  withSession,
  type Session,
} from "./sessionStore.ts";

/** Keys that nobody signed for are forgotten after a day. */
const UNSIGNED_MS = 86_400_000;

type Signal = Pick<CallContext<never>, "signal">;

export async function createSession(domain: SigningDomain): Promise<{ key: Address }> {
  const privateKey = generatePrivateKey();
  const { address: key } = privateKeyToAccount(privateKey);
  await saveSession(newSession(key, privateKey, domain));
  return { key };
}

/** @throws SessionError SESSION_MISSING when the permission names no key of this browser */
export async function adoptPermission(text: string, { signal }: Signal): Promise<SessionInfo> {
  const token = decodeToken("Permission", text);
  const key = getAddress(token.message.sessionKey);
  return withSession(key, signal, async () => {
    const session = await loadSession(key);
    const { chainId, verifyingContract } = session.domain;
    const isSame =
      token.domain.chainId === chainId &&
      isAddressEqual(token.domain.verifyingContract, verifyingContract);
    if (!isSame) throw new SessionError("SESSION_MISSING");
    const adopted = { ...session, permission: text };
    await saveSession(adopted);
    return infoOf(adopted);
  });
}

/** Sessions of one contract. */
export async function listSessions(domain: SigningDomain): Promise<SessionInfo[]> {
  const mine: SessionInfo[] = [];
  for (const session of await loadSessions()) {
    const { chainId, verifyingContract } = session.domain;
    if (chainId !== domain.chainId) continue;
    if (!isAddressEqual(verifyingContract, domain.verifyingContract)) continue;
    if (session.permission === null && Date.now() - session.at > UNSIGNED_MS) {
      await dropSession(session.key);
    } else {
      mine.push(infoOf(session));
    }
  }
  return mine;
}

export async function forgetSession(key: Address, { signal }: Signal): Promise<null> {
  await withSession(key, signal, () => dropSession(key));
  return null;
}

/** One call: where does the host stand, sign, keep, send, read, check the receipt, keep. */
export function makeCall(
  { key, path, model, text, maxTokens }: SessionProtocol["call"]["params"],
  { signal, emit }: CallContext<CallEvent>,
): Promise<SessionProtocol["call"]["result"]> {
  const work = async () => {
    const { session, token, client, terms } = await openSession(key, path, signal);
    const body = {
      model,
      messages: [{ role: "user", content: text }],
      max_tokens: maxTokens,
      stream: true,
    };
    const most = mostOf(terms.price, {
      ...readModelCall("chat", body),
      maxOutputTokens: maxTokens,
    });
    const position = await client.position();
    const current = await keepBooks(session, takePosition(session.books, position));
    const voucher = voucherFor(token.message, position, most, text, Date.now() / 1_000);
    const number = voucher.cumulativeCalls;
    // On the disc before anyone can hold the signature.
    const signed = await keepBooks(current, noteSigned(current.books, voucher, Date.now()));
    const signedText = await signVoucher(signed, voucher);
    emit({ type: "signed", number, most });
    let answer;
    try {
      answer = await client.chat(body, signedText, (delta) => emit({ type: "delta", text: delta }));
    } catch (error) {
      // A refusal says that the voucher was not taken; of anything else the next call will know.
      if (error instanceof Refusal) await keepBooks(signed, noteUnused(signed.books, number));
      throw error;
    }
    const { receipt, cost } = answer;
    const paid = cost ?? (await client.position()).committed - signed.books.charged;
    const receiptHolds =
      receipt === null
        ? null
        : (await verifyReceipt(receipt, {
            ...session.domain,
            host: token.message.host,
            model: terms.model,
            licence: token.message.licence,
            callIndex: number,
            inputText: text,
            outputText: answer.text,
          })) !== null;
    const { books } = await keepBooks(
      signed,
      noteAnswered(signed.books, number, paid, { receipt, receiptHolds }),
    );
    const call = books.calls.find((known) => known.number === number);
    if (call === undefined) throw new SessionError("HOST_BOOKS_DIFFER");
    return { call, text: answer.text };
  };
  return withSession(key, signal, work, () => emit({ type: "waiting" }));
}

/** Asks the host where the session stands, and keeps it. */
export function refreshSession(
  { key, path }: SessionProtocol["refresh"]["params"],
  { signal }: Signal,
): Promise<SessionInfo> {
  return withSession(key, signal, async () => {
    const { session, client } = await openSession(key, path, signal);
    // A permission that the chain does not know yet has no position of its own to keep.
    const position = await client.position();
    if (session.books.began === null) return infoOf(session);
    return infoOf(await keepBooks(session, takePosition(session.books, position)));
  });
}

/** @throws SessionError HOST_BOOKS_DIFFER for a close above what was signed */
export function closeSession(
  { key, path }: SessionProtocol["close"]["params"],
  { signal }: Signal,
): Promise<{ close: string }> {
  return withSession(key, signal, async () => {
    const { session, token, client } = await openSession(key, path, signal);
    const close = await client.close();
    const { message } = decodeToken("CoopClose", close);
    const { licence, host } = token.message;
    const most = session.books.began === null ? null : session.books.signed;
    const fits =
      message.licence === licence &&
      isAddressEqual(message.host, host) &&
      (most === null || message.cumulativeAmount <= most);
    if (!fits) throw new SessionError("HOST_BOOKS_DIFFER");
    return { close };
  });
}

async function openSession(
  key: Address,
  path: string,
  signal: AbortSignal,
): Promise<{
  session: Session;
  token: Token<"Permission">;
  client: HostClient;
  terms: HostTerms;
}> {
  const session = await loadSession(getAddress(key));
  if (session.permission === null) throw new SessionError("SESSION_UNSIGNED");
  const token = decodeToken("Permission", session.permission);
  const client = hostClient(path, session.permission, signal);
  const terms = await client.terms();
  const { host, policyHash: agreed } = token.message;
  const isAgreed =
    isAddressEqual(terms.host, host) &&
    terms.chainId === session.domain.chainId &&
    isAddressEqual(terms.channel, session.domain.verifyingContract) &&
    (agreed === zeroHash || agreed === policyHash(terms));
  if (!isAgreed) throw new SessionError("HOST_TERMS_DIFFER");
  return { session, token, client, terms };
}

async function keepBooks(session: Session, books: SessionBooks): Promise<Session> {
  const next = { ...session, books };
  await saveSession(next);
  return next;
}

async function signVoucher({ privateKey, domain }: Session, message: Voucher): Promise<string> {
  const signature = await privateKeyToAccount(privateKey).signTypedData(
    typedDataOf("Voucher", message, domain),
  );
  return encodeToken("Voucher", { domain, message, signature });
}
