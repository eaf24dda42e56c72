import type { Address } from "viem";
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
  let kept: unknown;
  try {
    kept = JSON.parse(localStorage.getItem(itemName(key)) ?? "[]");
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

function write(key: string, book: readonly Transaction[]): void {
  useLedger.setState(({ books }) => ({ books: { ...books, [key]: book } }));
  try {
    if (book.length === 0) localStorage.removeItem(itemName(key));
    else localStorage.setItem(itemName(key), JSON.stringify(book));
  } catch {
    // Full or forbidden: the page still has them.
  }
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
  const key = ledgerKey(tx.chainId, tx.account);
  const book = [tx, ...openBook(tx.chainId, tx.account)];
  const surplus = book.filter(isFinal).slice(MOST / 2);
  write(key, book.length > MOST ? book.filter((entry) => !surplus.includes(entry)) : book);
}

/** Notes an event; returns the transaction as it now stands, or null when it was cleared. */
export function noteEvent(tx: Transaction, event: TransactionEvent): Transaction | null {
  const key = ledgerKey(tx.chainId, tx.account);
  const book = openBook(tx.chainId, tx.account);
  const before = book.find(({ id }) => id === tx.id);
  if (before === undefined) return null;
  const after = nextTransaction(before, event);
  if (JSON.stringify(after) !== JSON.stringify(before)) {
    write(
      key,
      book.map((entry) => (entry === before ? after : entry)),
    );
  }
  return after;
}

/** Takes out one that was never sent. */
export function dropTransaction(tx: Transaction): void {
  const book = openBook(tx.chainId, tx.account).filter(({ id }) => id !== tx.id);
  write(ledgerKey(tx.chainId, tx.account), book);
}

/** Clears what is over or unknown; what is on its way stays. */
export function clearBook(chainId: number, account: Address): void {
  const book = openBook(chainId, account).filter((tx) => !isFinal(tx) && tx.step !== "unknown");
  write(ledgerKey(chainId, account), book);
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
