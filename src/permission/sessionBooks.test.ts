import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Position } from "./nextVoucher.ts";
import {
  NEW_BOOKS,
  noteAnswered,
  noteSigned,
  noteUnused,
  takePosition,
  voucherFor,
  type SessionBooks,
} from "./sessionBooks.ts";
import { NOW, PERMISSION } from "./testing/world.ts";

const at = (nextCall: bigint, committed: bigint): Position => ({ nextCall, committed });
const NO_RECEIPT = { receipt: null, receiptHolds: null };

/** Signs for the next call, as a session does. */
function sign(books: SessionBooks, position: Position, most = 100n): SessionBooks {
  const current = takePosition(books, position);
  return noteSigned(current, voucherFor(PERMISSION, position, most, "hello", NOW), NOW * 1_000);
}

test("a session begins where the host stands and counts on from there", () => {
  const begun = sign(NEW_BOOKS, at(8n, 700n));
  expect(begun).toMatchObject({ began: at(8n, 700n), signed: 800n, charged: 700n });
  expect(begun.calls).toMatchObject([{ number: 8n, amount: 800n, state: "signed", cost: null }]);
  const answered = noteAnswered(begun, 8n, 60n, { receipt: "omlr1.x.y", receiptHolds: true });
  expect(answered).toMatchObject({ signed: 800n, charged: 760n });
  const next = sign(answered, at(9n, 760n));
  expect(next.signed).toBe(860n);
  expect(next.calls.map(({ number, state }) => [number, state])).toEqual([
    [8n, "answered"],
    [9n, "signed"],
  ]);
});

test("the host may not claim more than was signed, nor ask for a number again", () => {
  const answered = noteAnswered(sign(NEW_BOOKS, at(1n, 0n)), 1n, 100n, NO_RECEIPT);
  const code = "HOST_BOOKS_DIFFER";
  for (const position of [at(2n, 101n), at(3n, 100n), at(1n, 0n)]) {
    expect(() => takePosition(answered, position)).toThrow(expect.objectContaining({ code }));
  }
  const signed = sign(answered, at(2n, 100n));
  expect(() => noteAnswered(signed, 2n, 101n, NO_RECEIPT)).toThrow(
    expect.objectContaining({ code }),
  );
  expect(takePosition(signed, at(3n, 200n)).charged).toBe(200n);
});

test("after a call that was cut off the host's answer says whether it counted", () => {
  const cut = sign(NEW_BOOKS, at(1n, 0n));
  expect(takePosition(cut, at(2n, 37n)).calls).toMatchObject([{ state: "answered", cost: 37n }]);
  const unused = takePosition(cut, at(1n, 0n));
  expect(unused.calls).toMatchObject([{ state: "unused", cost: 0n }]);
  // The same number is signed for again, once in the books.
  expect(sign(unused, at(1n, 0n)).calls).toHaveLength(1);
  expect(noteUnused(cut, 1n).calls).toMatchObject([{ state: "unused", cost: 0n }]);
});

test("nothing is signed above a cap or outside the permission's time", () => {
  const refused = (position: Position, most: bigint, now = NOW) => {
    try {
      voucherFor(PERMISSION, position, most, "hello", now);
      return "signed";
    } catch (error) {
      return Reflect.get(Object(error), "code");
    }
  };
  expect(refused(at(1n, 4_900n), 100n)).toBe("signed");
  expect(refused(at(1n, 4_900n), 101n)).toBe("CAP_REACHED");
  expect(refused(at(100n, 0n), 1n)).toBe("signed");
  expect(refused(at(101n, 0n), 1n)).toBe("CALLS_USED_UP");
  expect(refused(at(1n, 0n), 1n, Number(PERMISSION.expires) - 1)).toBe("signed");
  expect(refused(at(1n, 0n), 1n, Number(PERMISSION.expires))).toBe("SESSION_EXPIRED");
  expect(refused(at(1n, 0n), 1n, Number(PERMISSION.notBefore) - 1)).toBe("SESSION_NOT_YET");
});

test("whatever the host says, sums never fall, caps hold and charges stay below what was signed", () => {
  const step = fc.record({
    nextCall: fc.bigInt(0n, 12n),
    committed: fc.bigInt(0n, 6_000n),
    most: fc.bigInt(1n, 900n),
    cost: fc.bigInt(0n, 1_000n),
    outcome: fc.constantFrom("answered", "unused", "cut"),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let books = NEW_BOOKS;
      const answered = new Set<bigint>();
      for (const { nextCall, committed, most, cost, outcome } of steps) {
        const before = books;
        try {
          books = sign(books, at(nextCall, committed), most);
          expect(answered.has(nextCall)).toBe(false);
          if (outcome === "answered") {
            books = noteAnswered(books, nextCall, cost, NO_RECEIPT);
            answered.add(nextCall);
          } else if (outcome === "unused") books = noteUnused(books, nextCall);
        } catch (error) {
          expect(Reflect.get(Object(error), "code")).toMatch(/^(HOST_BOOKS|CAP|CALLS)/);
        }
        expect(books.signed).toBeGreaterThanOrEqual(before.signed);
        expect(books.signed).toBeLessThanOrEqual(6_000n);
        expect(books.charged).toBeLessThanOrEqual(books.signed);
        expect(books.calls.every(({ amount }) => amount <= PERMISSION.maxAmount)).toBe(true);
      }
    }),
  );
});
