import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  admit,
  committed,
  leastAmount,
  newLedger,
  nextCall,
  owed,
  reduceLedger,
  type Ledger,
  type LedgerEvent,
  type Limits,
} from "./ledger.ts";
import { textHash } from "./receipt.ts";
import { Refusal } from "./refusal.ts";
import { CHANNEL_FACTS, PERMISSION, voucherOf } from "./testing/world.ts";

const limits: Limits = {
  permission: PERMISSION,
  channel: CHANNEL_FACTS,
  isSessionNew: false,
  riskCap: 0n,
  offlineRiskCap: null,
};
const start = newLedger(CHANNEL_FACTS);
const ask = (number: bigint, amount: bigint, most = 10n) => ({
  voucher: voucherOf(number, amount),
  inputHash: textHash("hello"),
  most,
});
const begin = (number: bigint, amount: bigint, reserved = 10n): LedgerEvent => ({
  type: "begin",
  voucher: voucherOf(number, amount),
  signature: "0x",
  reserved,
});
const run = (events: readonly LedgerEvent[], from: Ledger = start) =>
  events.reduce(reduceLedger, from);

function refusalOf(ledger: Ledger, asked = ask(1n, 10n), changed: Partial<Limits> = {}) {
  try {
    admit(ledger, asked, { ...limits, ...changed });
  } catch (error) {
    if (error instanceof Refusal) return `${error.code}: ${error.details ?? ""}`;
    throw error;
  }
  return "";
}

test("A call that is paid for is let in", () => {
  expect(refusalOf(start)).toBe("");
});

test("Each call needs the next number, and the same voucher serves once", () => {
  const one = run([begin(1n, 10n)]);
  expect(refusalOf(one)).toBe("voucher-stale: the next call is 2");
  expect(refusalOf(one, ask(3n, 30n))).toBe("voucher-ahead: the next call is 2");
  const over = run(
    [
      { type: "deliver", number: 1n, cost: 10n },
      { type: "finish", number: 1n, cost: 10n },
    ],
    one,
  );
  expect(refusalOf(over)).toBe("voucher-stale: the next call is 2");
  expect(refusalOf(over, ask(2n, 20n))).toBe("");
});

test("A call that failed frees its number, and its voucher serves again", () => {
  const failed = run([begin(1n, 10n), { type: "fail", number: 1n }]);
  expect(failed).toEqual(start);
});

test("A call that failed before a later one leaves a gap, not a second use", () => {
  const gap = run([begin(1n, 10n), begin(2n, 20n), { type: "fail", number: 1n }]);
  expect(nextCall(gap)).toBe(3n);
  expect(committed(gap)).toBe(10n);
});

test("What a call does not use is the next one's", () => {
  const cheap = run([
    begin(1n, 10n),
    { type: "deliver", number: 1n, cost: 1n },
    { type: "finish", number: 1n, cost: 3n },
  ]);
  expect(cheap).toMatchObject({ charged: 3n, signed: 10n, calls: 1n });
  expect(leastAmount(cheap, 10n, 0n)).toBe(13n);
  expect(refusalOf(cheap, ask(2n, 12n))).toBe("voucher-low: at least 13");
  expect(refusalOf(cheap, ask(2n, 13n))).toBe("");
  // Never below what was signed before, which the contract would refuse.
  expect(refusalOf(cheap, ask(2n, 9n, 1n))).toBe("voucher-low: at least 10");
});

test("The risk cap is what may be owed without a voucher", () => {
  expect(refusalOf(start, ask(1n, 3n), { riskCap: 6n })).toBe("voucher-low: at least 4");
  expect(refusalOf(start, ask(1n, 4n), { riskCap: 6n })).toBe("");
});

describe("Caps", () => {
  test.each([
    ["over-calls: the last call is 0", { permission: { ...PERMISSION, maxCalls: 0n } }],
    ["over-calls: the last call is 0", { channel: { ...CHANNEL_FACTS, sessionMaxCalls: 0n } }],
    ["over-amount: 10 of 9", { permission: { ...PERMISSION, maxAmount: 9n } }],
    ["over-deposit: 10 of 9", { channel: { ...CHANNEL_FACTS, deposit: 9n } }],
    ["over-risk: ", { offlineRiskCap: 9n }],
  ])("%s", (refusal, changed) => {
    expect(refusalOf(start, ask(1n, 10n), changed)).toBe(refusal);
  });

  test("a session that is not on the chain yet has the channel's calls", () => {
    const channel = { ...CHANNEL_FACTS, sessionMaxCalls: 0n };
    expect(refusalOf(start, ask(1n, 10n), { channel, isSessionNew: true })).toBe("");
  });

  test("credit does not go past the deposit", () => {
    const channel = { ...CHANNEL_FACTS, deposit: 9n };
    expect(refusalOf(start, ask(1n, 0n), { channel, riskCap: 100n })).toBe("over-deposit: 10 of 9");
  });
});

test("A voucher for another text is refused", () => {
  const asked = { ...ask(1n, 10n), inputHash: textHash("bye") };
  expect(refusalOf(start, asked)).toBe("voucher-input: ");
});

test("A new opening begins at the chain's numbers; an old one changes nothing", () => {
  const used = run([begin(1n, 10n), { type: "deliver", number: 1n, cost: 10n }]);
  const later = { openedAt: start.openedAt + 5n, settledCalls: 8n, settled: 0n };
  expect(reduceLedger(used, { type: "read", channel: later })).toEqual(newLedger(later));
  const old = { openedAt: start.openedAt - 5n, settledCalls: 80n, settled: 90n };
  expect(reduceLedger(used, { type: "read", channel: old })).toBe(used);
});

test("In any order of calls, numbers are used once and all that is owed is signed for", () => {
  const step = fc.record({
    act: fc.constantFrom("begin", "deliver", "finish", "fail"),
    pick: fc.nat(),
    most: fc.bigInt(0n, 20n),
    part: fc.bigInt(0n, 100n),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.bigInt(0n, 15n), (steps, riskCap) => {
      let ledger = start;
      const delivered: bigint[] = [];
      for (const { act, pick, most, part } of steps) {
        const call = ledger.open[pick % Math.max(ledger.open.length, 1)];
        const number = call?.voucher.cumulativeCalls ?? 0n;
        const cost = ((call?.reserved ?? 0n) * part) / 100n;
        if (act === "begin") {
          const amount = leastAmount(ledger, most, riskCap);
          const asked = ask(nextCall(ledger), amount, most);
          if (refusalOf(ledger, asked, { riskCap }) !== "") continue;
          ledger = reduceLedger(ledger, begin(asked.voucher.cumulativeCalls, amount, most));
        } else if (act === "deliver" && call && call.delivered === null) {
          ledger = reduceLedger(ledger, { type: "deliver", number, cost });
          delivered.push(number);
        } else if (act === "finish" && call && call.delivered !== null) {
          ledger = reduceLedger(ledger, { type: "finish", number, cost: call.reserved });
        } else if (act === "fail" && call?.delivered === null) {
          ledger = reduceLedger(ledger, { type: "fail", number });
        }
        const unsigned = owed(ledger) - ledger.signed;
        expect(unsigned <= riskCap).toBe(true);
      }
      expect(new Set(delivered).size).toBe(delivered.length);
    }),
  );
});
