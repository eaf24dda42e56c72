import { zeroAddress } from "viem";
import type { Address } from "viem";
import { expect, test } from "vitest";
import { addressOf, encodeEvent } from "../indexer/fixtures/syntheticEvents.ts";
import { paymentsIn, type ReceiptLog } from "./receiptEvents.ts";

const LICENCES = addressOf(0xc0, 3);
const SPLITTER = addressOf(0xc0, 2);
const BUYER = addressOf(0xa0, 1);
const contracts = { licences: LICENCES, splitter: SPLITTER };

const bought = (licence: bigint, price: bigint, at: Address = LICENCES) =>
  encodeEvent("licences", at, "LicenceBought", {
    model: 4n,
    licence,
    to: BUYER,
    payer: BUYER,
    kind: 1,
    version: 2,
    token: zeroAddress,
    price,
    expires: 99n,
  });
const renewed = (licence: bigint, price: bigint) =>
  encodeEvent("licences", LICENCES, "LicenceRenewed", {
    licence,
    payer: BUYER,
    version: 3,
    token: zeroAddress,
    price,
    expires: 199n,
  });
const released = (licence: bigint, amount: bigint) =>
  encodeEvent("licences", LICENCES, "EscrowReleased", { licence, token: zeroAddress, amount });
const revenue = (source: number, amount: bigint, gross: bigint, at: Address = SPLITTER) =>
  encodeEvent("splitter", at, "Revenue", { model: 4n, token: zeroAddress, source, amount, gross });

const inOrder = (...logs: Omit<ReceiptLog, "logIndex">[]): ReceiptLog[] =>
  logs.map((log, logIndex) => ({ ...log, logIndex }));

test("several payments of one transaction keep to their own splits", () => {
  const logs = inOrder(
    bought(1n, 5n),
    revenue(0, 5n, 100n),
    bought(2n, 7n),
    renewed(3n, 5n),
    released(3n, 6n),
    revenue(0, 6n, 105n),
    revenue(1, 5n, 111n),
  );
  const expected = [
    { kind: "purchase", licence: 1n, split: { amount: 5n, grossBefore: 100n } },
    { kind: "purchase", licence: 2n, split: null },
    { kind: "renewal", licence: 3n, released: { amount: 6n }, split: { grossBefore: 111n } },
  ];
  expect(paymentsIn(logs, contracts)).toMatchObject(expected);
  // However the node orders them.
  expect(paymentsIn(logs.toReversed(), contracts)).toMatchObject(expected);
});

test("what another contract writes in the same words counts for nothing", () => {
  const other = addressOf(0xbad, 1);
  expect(paymentsIn(inOrder(bought(1n, 5n, other)), contracts)).toEqual([]);
  expect(paymentsIn(inOrder(bought(1n, 5n), revenue(0, 5n, 1n, other)), contracts)).toMatchObject([
    { split: null },
  ]);
  // Another sum, or another source, is not this payment's.
  expect(
    paymentsIn(inOrder(bought(1n, 5n), revenue(0, 4n, 1n), revenue(1, 5n, 1n)), contracts),
  ).toMatchObject([{ split: null }]);
  expect(paymentsIn(inOrder(renewed(1n, 5n), released(2n, 4n)), contracts)).toMatchObject([
    { released: null },
  ]);
});
