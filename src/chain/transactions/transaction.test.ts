import * as fc from "fast-check";
import * as v from "valibot";
import { expect, test } from "vitest";
import { isFinal, nextTransaction, transactionSchema } from "./transaction.ts";
import type { Transaction, TransactionEvent } from "./transaction.ts";

const HASH = `0x${"ab".repeat(32)}` as const;
const OTHER = `0x${"cd".repeat(32)}` as const;

const waiting: Transaction = {
  id: "6f9f3a38-9e0d-4f0b-8f50-0d6a3b4e5c11",
  label: "Get test dollars",
  chainId: 31_337,
  account: "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
  to: "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
  data: "0x",
  value: "0",
  createdMs: 1,
  sinceBlock: "7",
  step: "wallet",
  hash: null,
  nonce: 3,
  block: null,
  confirmations: 0,
  confirmationsNeeded: 2,
  spedUp: false,
  replacedBy: null,
  reason: "",
  hint: "",
};

const run = (...events: TransactionEvent[]): Transaction => events.reduce(nextTransaction, waiting);

const SENT: TransactionEvent = { type: "sent", hash: HASH };
const LOST: TransactionEvent = { type: "lost", reason: "Silence.", hint: "Wait." };

test("from the wallet to confirmed", () => {
  expect(run(SENT)).toMatchObject({ step: "submitted", hash: HASH });
  expect(run(SENT, { type: "included", block: 9n, confirmations: 1, needed: 2 })).toMatchObject({
    step: "confirming",
    block: "9",
    confirmations: 1,
    confirmationsNeeded: 2,
  });
  expect(run(SENT, { type: "included", block: 9n, confirmations: 5, needed: 2 })).toMatchObject({
    step: "confirmed",
    confirmations: 2,
  });
});

test("silence makes it unknown and never failed, and news brings it back", () => {
  const silent = run(SENT, LOST, LOST);
  expect(silent).toMatchObject({ step: "unknown", reason: "Silence.", hash: HASH });
  expect(isFinal(silent)).toBe(false);
  expect(nextTransaction(silent, { type: "seen", nonce: 4 })).toMatchObject({
    step: "submitted",
    nonce: 4,
    reason: "",
  });
});

test("a re-organisation takes it out of its block again", () => {
  const out = run(
    SENT,
    { type: "included", block: 9n, confirmations: 1, needed: 2 },
    { type: "seen", nonce: 3 },
  );
  expect(out).toMatchObject({ step: "submitted", block: null, confirmations: 0 });
});

test("sped up, it is followed under its new hash; replaced and cancelled end it", () => {
  expect(run(SENT, { type: "spedUp", hash: OTHER })).toMatchObject({
    step: "submitted",
    hash: OTHER,
    spedUp: true,
  });
  expect(run(SENT, { type: "replaced", by: OTHER })).toMatchObject({ step: "replaced" });
  expect(run(SENT, { type: "cancelled", by: OTHER })).toMatchObject({
    step: "cancelled",
    replacedBy: OTHER,
  });
});

const event = fc.oneof(
  fc.constant(SENT),
  fc.constant(LOST),
  fc.nat(9).map((nonce): TransactionEvent => ({ type: "seen", nonce })),
  fc
    .tuple(fc.nat(99), fc.integer({ min: 1, max: 4 }))
    .map(([block, confirmations]): TransactionEvent => ({
      type: "included",
      block: BigInt(block),
      confirmations,
      needed: 3,
    })),
  fc.constant<TransactionEvent>({ type: "failed", block: 9n, reason: "No.", hint: "Read." }),
  fc.constant<TransactionEvent>({ type: "spedUp", hash: OTHER }),
  fc.constantFrom<TransactionEvent>(
    { type: "replaced", by: null },
    { type: "cancelled", by: OTHER },
  ),
);

test("whatever is heard, what is kept fits the schema and an end stays the end", () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 12 }), (events) => {
      let tx = waiting;
      for (const next of events) {
        const after = nextTransaction(tx, next);
        if (isFinal(tx)) expect(after).toBe(tx);
        expect(v.parse(transactionSchema, JSON.parse(JSON.stringify(after)))).toEqual(after);
        tx = after;
      }
    }),
  );
});
