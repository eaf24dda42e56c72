import { zeroAddress, zeroHash } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { assert, property, stringMatching } from "fast-check";
import { expect, test } from "vitest";
import {
  approveCall,
  buyCall,
  buyWithPermitCall,
  licenceIn,
  offerIn,
  refundCall,
  renewCall,
  transferCall,
  withdrawCall,
} from "./order.ts";

const LICENCES = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const TOKEN = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359";
const order = {
  model: 4n,
  kind: 3,
  to: TOKEN,
  token: zeroAddress,
  maxPrice: 10n ** 30n,
  termsHash: zeroHash,
} as const;

test("coin is sent with a price in coin, and with no other", () => {
  expect(buyCall(LICENCES, order).value).toBe(10n ** 30n);
  expect(buyCall(LICENCES, { ...order, token: TOKEN }).value).toBe(0n);
  const renewal = { licence: 9n, token: TOKEN, maxPrice: 5n, termsHash: zeroHash } as const;
  expect(renewCall(LICENCES, renewal).value).toBe(0n);
  expect(renewCall(LICENCES, { ...renewal, token: zeroAddress }).value).toBe(5n);
});

test("what was sent is found again by what it does", async () => {
  const account = privateKeyToAccount(`0x${"11".repeat(32)}`);
  const signature = await account.sign({ hash: zeroHash });
  const offer = { model: 4n, kind: 3 };
  expect(offerIn(buyCall(LICENCES, order).data)).toEqual(offer);
  expect(offerIn(buyWithPermitCall(LICENCES, order, 1n, signature).data)).toEqual(offer);
  const renewal = { licence: 9n, token: TOKEN, maxPrice: 5n, termsHash: zeroHash } as const;
  expect(licenceIn(renewCall(LICENCES, renewal).data)).toEqual({ what: "renew", licence: 9n });
  expect(licenceIn(refundCall(LICENCES, 9n).data)).toEqual({ what: "refund", licence: 9n });
  expect(licenceIn(transferCall(LICENCES, TOKEN, LICENCES, 9n).data)).toEqual({
    what: "transfer",
    licence: 9n,
  });
  for (const { data } of [
    approveCall(TOKEN, LICENCES, 0n),
    withdrawCall(LICENCES, TOKEN, TOKEN),
    refundCall(LICENCES, 9n),
  ]) {
    expect(offerIn(data)).toBeNull();
  }
  expect(licenceIn(buyCall(LICENCES, order).data)).toBeNull();
});

test("any other bytes are nothing of ours", () => {
  const start = buyCall(LICENCES, order).data.slice(0, 10);
  assert(
    property(stringMatching(/^([0-9a-f]{2}){0,80}$/), (bytes) => {
      expect(offerIn(`0x${bytes}`)).toBeNull();
      expect(licenceIn(`0x${bytes}`)).toBeNull();
      // Of the right function, but too short for its order.
      expect(offerIn(`0x${start.slice(2)}${bytes}`)).toBeNull();
    }),
  );
});
