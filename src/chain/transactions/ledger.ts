import type { Address, Hash } from "viem";
import * as v from "valibot";
import { create } from "zustand";
import { isFinal, nextTransaction, transactionSchema } from "./transaction.ts";
import type { Transaction, TransactionEvent } from "./transaction.ts";

/** Kept for each account on each chain; older ones that are over make room. */
const MOST = 60;

export const CLOSED_EARLY = {
  reason: "The page was closed before the wallet answered.",
  hint: "Look in the wallet whether it was sent.",
} as const;

interface Ledger {
  /** Newest first, by `ledgerKey`. */
  books: Readonly<Record<string, readonly Transaction[]>>;
}

/** All transactions that this browser sent, as far as they were not cleared. */
export const useLedger = create<Ledger>()(() => ({ books: {} }));

export function ledgerKey(chainId: number, account: Address): string {
  return `${chainId}:${account.toLowerCase()}`;
}

function itemName(key: string): string {
  return `signet-transactions:${key}`;
}

const NONE: readonly Transaction[] = [];

/** The transactions of one account on one chain, newest first. */
export function useTransactions(chainId: number, account: Address | undefined) {
  return useLedger(({ books }) =>
    account === undefined ? NONE : (books[ledgerKey(chainId, account)] ?? NONE),
  );
}

/** Reads what is kept; what does not fit the schema is left out, for it is no longer ours. */
function readKept(key: string): Transaction[] {
  try {
    return parseKept(key, localStorage.getItem(itemName(key)));
  } catch {
    return [];
  }
}

function parseKept(key: string, text: string | null): Transaction[] {
  let kept: unknown;
  try {
    kept = JSON.parse(text ?? "[]");
  } catch {
    return [];
  }
  if (!Array.isArray(kept)) return [];
  return kept
    .slice(0, MOST)
    .map((entry: unknown) => v.safeParse(transactionSchema, entry))
    .filter((parsed) => parsed.success)
    .map(({ output }) => output)
    .filter((tx) => ledgerKey(tx.chainId, tx.account) === key);
}

/** Books that could not be stored, so that what is stored is not what the page has. */
const unstored = new Set<string>();

/**
 * Changes a book as it is stored now: another tab may have written to it and its message still be on
 * the way, and what it wrote must not be lost.
 */
function change(
  key: string,
  made: (book: readonly Transaction[]) => readonly Transaction[],
): readonly Transaction[] {
  const known = useLedger.getState().books[key] ?? NONE;
  let book = known;
  try {
    const stored = localStorage.getItem(itemName(key));
    if (!unstored.has(key)) book = withOwnView(parseKept(key, stored), known);
  } catch {
    // Forbidden: the page is all there is.
  }
  const next = made(book);
  useLedger.setState(({ books }) => ({ books: { ...books, [key]: next } }));
  try {
    if (next.length === 0) localStorage.removeItem(itemName(key));
    else localStorage.setItem(itemName(key), JSON.stringify(next));
    unstored.delete(key);
  } catch {
    // Full or forbidden: the page still has them.
    unstored.add(key);
  }
  return next;
}

/** What this page read as lost, since the page that asked the wallet may be gone, stays so. */
function withOwnView(stored: readonly Transaction[], known: readonly Transaction[]): Transaction[] {
  return stored.map((tx) =>
    tx.step === "wallet" ? (known.find(({ id }) => id === tx.id) ?? tx) : tx,
  );
}

/** Opens the book of an account; what waited in the wallet when the page closed is now unknown. */
export function openBook(chainId: number, account: Address): readonly Transaction[] {
  const key = ledgerKey(chainId, account);
  const open = useLedger.getState().books[key];
  if (open !== undefined) return open;
  const book = readKept(key).map((tx) =>
    tx.step === "wallet" ? nextTransaction(tx, { type: "lost", ...CLOSED_EARLY }) : tx,
  );
  useLedger.setState(({ books }) => ({ books: { ...books, [key]: book } }));
  return book;
}

export function addTransaction(tx: Transaction): void {
  openBook(tx.chainId, tx.account);
  change(ledgerKey(tx.chainId, tx.account), (before) => {
    const book = [tx, ...before.filter(({ id }) => id !== tx.id)];
    const surplus = book.filter(isFinal).slice(MOST / 2);
    return book.length > MOST ? book.filter((entry) => !surplus.includes(entry)) : book;
  });
}

/** Notes an event; returns the transaction as it now stands, or null when it was cleared. */
export function noteEvent(tx: Transaction, event: TransactionEvent): Transaction | null {
  const before = openBook(tx.chainId, tx.account).find(({ id }) => id === tx.id);
  if (before === undefined) return null;
  if (isSame(nextTransaction(before, event), before)) return before;
  const book = change(ledgerKey(tx.chainId, tx.account), (entries) =>
    entries.map((entry) => (entry.id === tx.id ? nextTransaction(entry, event) : entry)),
  );
  return book.find(({ id }) => id === tx.id) ?? null;
}

/** Notes that the wallet sent it. It is put back should it have been cleared meanwhile. */
export function noteSent(tx: Transaction, hash: Hash): Transaction {
  const noted = noteEvent(tx, { type: "sent", hash });
  if (noted !== null) return noted;
  const sent = nextTransaction(tx, { type: "sent", hash });
  addTransaction(sent);
  return sent;
}

function isSame(a: Transaction, b: Transaction): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** Takes out one that was never sent. */
export function dropTransaction(tx: Transaction): void {
  change(ledgerKey(tx.chainId, tx.account), (book) => book.filter(({ id }) => id !== tx.id));
}

/** Clears what is over or unknown; what is on its way stays. */
export function clearBook(chainId: number, account: Address): void {
  change(ledgerKey(chainId, account), (book) =>
    book.filter((tx) => !isFinal(tx) && tx.step !== "unknown"),
  );
}

/** Follows what other tabs of the studio write; returns how to end it. */
export function followOtherTabs(): () => void {
  const hear = ({ key: item }: StorageEvent): void => {
    const key = item?.startsWith(itemName("")) === true ? item.slice(itemName("").length) : null;
    if (key === null || useLedger.getState().books[key] === undefined) return;
    useLedger.setState(({ books }) => ({ books: { ...books, [key]: readKept(key) } }));
  };
  addEventListener("storage", hear);
  return () => removeEventListener("storage", hear);
}
