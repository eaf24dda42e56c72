import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  addTransaction,
  clearBook,
  dropTransaction,
  ledgerKey,
  noteEvent,
  noteSent,
  openBook,
  useLedger,
} from "./ledger.ts";
import type { Transaction } from "./transaction.ts";

const ACCOUNT = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const KEY = ledgerKey(31_337, ACCOUNT);
const ITEM = `signet-transactions:${KEY}`;
const HASH = `0x${"ab".repeat(32)}` as const;

let items: Map<string, string>;

beforeEach(() => {
  items = new Map();
  useLedger.setState({ books: {} });
  vi.stubGlobal("localStorage", {
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, value: string) => items.set(name, value),
    removeItem: (name: string) => items.delete(name),
  });
});

afterEach(() => vi.unstubAllGlobals());

function entry(more: Partial<Transaction> = {}): Transaction {
  return {
    id: crypto.randomUUID(),
    label: "Buy",
    chainId: 31_337,
    account: ACCOUNT,
    to: ACCOUNT,
    data: "0x",
    value: "10",
    createdMs: 5,
    sinceBlock: "7",
    step: "wallet",
    hash: null,
    nonce: 3,
    block: null,
    confirmations: 0,
    confirmationsNeeded: 1,
    spedUp: false,
    replacedBy: null,
    reason: "",
    hint: "",
    ...more,
  };
}

/** As after a reload: nothing in memory. */
function reload(): readonly Transaction[] {
  useLedger.setState({ books: {} });
  return openBook(31_337, ACCOUNT);
}

test("what is kept comes back, newest first, and events change it", () => {
  const first = entry();
  const second = entry({ label: "Claim" });
  addTransaction(first);
  addTransaction(second);
  noteEvent(first, { type: "sent", hash: HASH });
  const book = reload();
  expect(book.map(({ label }) => label)).toEqual(["Claim", "Buy"]);
  expect(book[1]).toMatchObject({ step: "submitted", hash: HASH });
  // Its page is gone, so nobody knows what the wallet was told.
  expect(book[0]).toMatchObject({ step: "unknown", hash: null });
});

test("accounts and chains are apart, whatever is written under their names", () => {
  addTransaction(entry());
  expect(openBook(1, ACCOUNT)).toEqual([]);
  items.set(ITEM, JSON.stringify([entry({ chainId: 1 }), entry({ step: "submitted" })]));
  expect(reload()).toHaveLength(1);
});

test("what does not fit is left out", () => {
  const good = entry({ step: "submitted", hash: HASH });
  for (const bad of ["{", "7", "null", '{"a":1}']) {
    items.set(ITEM, bad);
    expect(reload()).toEqual([]);
  }
  const { label: _label, ...without } = good;
  items.set(
    ITEM,
    JSON.stringify([
      good,
      without,
      { ...good, step: "failed" },
      { ...good, hash: "0x12" },
      { ...good, value: "-1" },
      { ...good, extra: 1 },
    ]),
  );
  expect(reload()).toEqual([good]);
});

test("clearing leaves what is on its way; what was never sent is dropped", () => {
  const going = entry({ step: "submitted", hash: HASH });
  const waiting = entry();
  addTransaction(going);
  addTransaction(entry({ step: "unknown" }));
  addTransaction(entry({ step: "reverted", hash: HASH }));
  addTransaction(waiting);
  clearBook(31_337, ACCOUNT);
  expect(openBook(31_337, ACCOUNT)).toEqual([waiting, going]);
  dropTransaction(waiting);
  expect(reload()).toEqual([going]);
});

test("a book does not grow for ever, and never loses what is on its way", () => {
  addTransaction(entry({ step: "submitted", hash: HASH, label: "Old but going" }));
  for (let i = 0; i < 100; i += 1) addTransaction(entry({ step: "confirmed", hash: HASH }));
  const book = openBook(31_337, ACCOUNT);
  expect(book.length).toBeLessThanOrEqual(61);
  expect(book.at(-1)?.label).toBe("Old but going");
});

test("what another tab wrote a moment ago is kept", () => {
  const own = entry({ step: "submitted", hash: HASH });
  addTransaction(own);
  // Its message has not come yet.
  const others = entry({ step: "submitted", label: "Of another tab" });
  items.set(ITEM, JSON.stringify([others, own]));
  noteEvent(own, { type: "included", block: 9n, confirmations: 1, needed: 1 });
  expect(reload().map(({ label, step }) => [label, step])).toEqual([
    ["Of another tab", "submitted"],
    ["Buy", "confirmed"],
  ]);
  items.set(ITEM, JSON.stringify([others]));
  addTransaction(entry({ step: "submitted", label: "New" }));
  dropTransaction(own);
  clearBook(31_337, ACCOUNT);
  expect(reload().map(({ label }) => label)).toEqual(["New", "Of another tab"]);
});

test("what the wallet sent is kept, though another tab had cleared it as unknown", () => {
  const tx = entry();
  addTransaction(tx);
  items.delete(ITEM);
  useLedger.setState({ books: { [KEY]: [] } });
  expect(noteSent(tx, HASH)).toMatchObject({ step: "submitted", hash: HASH });
  expect(reload()).toMatchObject([{ id: tx.id, step: "submitted", hash: HASH }]);
});

test("what could not be stored is not lost to what was stored before", () => {
  const first = entry({ step: "submitted", hash: HASH, label: "First" });
  addTransaction(first);
  const stub = { getItem: (name: string) => items.get(name) ?? null, removeItem: () => undefined };
  vi.stubGlobal("localStorage", {
    ...stub,
    setItem: () => {
      throw new Error("full");
    },
  });
  addTransaction(entry({ step: "submitted", label: "Second" }));
  noteEvent(first, { type: "seen", nonce: 4 });
  expect(openBook(31_337, ACCOUNT).map(({ label }) => label)).toEqual(["Second", "First"]);
});

test("without storage the page still has them", () => {
  vi.stubGlobal("localStorage", {
    getItem: () => {
      throw new Error("denied");
    },
    setItem: () => {
      throw new Error("full");
    },
  });
  addTransaction(entry());
  expect(openBook(31_337, ACCOUNT)).toHaveLength(1);
});
