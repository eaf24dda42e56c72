import { zeroAddress, zeroHash } from "viem";
import { expect, test } from "vitest";
import { ENDLESS } from "../indexer/reducers/licences.ts";
import {
  emptyState,
  type ChainState,
  type KindTerms,
  type Licence,
  type LicenceKind,
} from "../indexer/state.ts";
import { refundOf, renewalOf, standingOf, transferBar } from "./rules.ts";

const HOLDER = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const BOUGHT = { block: 1n, timeSeconds: 1_000n, transaction: zeroHash } as const;

const TERMS: KindTerms = {
  version: 1,
  termsHash: zeroHash,
  label: zeroHash,
  textHash: zeroHash,
  duration: 500n,
  quota: 10n,
  refundWindow: 100,
  hostPpm: 0,
  resalePpm: 0,
  transferable: true,
};

function stateOf(
  kind: Partial<LicenceKind> = {},
  terms: readonly KindTerms[] = [TERMS],
): ChainState {
  const sold: LicenceKind = {
    model: 4n,
    kind: 1,
    versions: terms,
    open: true,
    prices: new Map([[zeroAddress, 7n]]),
    ...kind,
  };
  return { ...emptyState({}), kinds: new Map([["4 1", sold]]) };
}

function licenceOf(change: Partial<Licence> = {}): Licence {
  return {
    id: 9n,
    model: 4n,
    kind: 1,
    version: 1,
    holder: HOLDER,
    payer: HOLDER,
    token: zeroAddress,
    price: 7n,
    bought: BOUGHT,
    expires: 1_500n,
    quota: 4n,
    channels: 0,
    escrow: { token: zeroAddress, amount: 7n, until: 1_100n },
    user: null,
    userExpires: 0n,
    history: [{ what: "bought", at: BOUGHT }],
    ended: null,
    ...change,
  };
}

test("a licence is in force up to and with its last second", () => {
  expect(standingOf(licenceOf(), 1_000n, 500n)).toBe("in force");
  expect(standingOf(licenceOf(), 1_400n, 500n)).toBe("expiring");
  expect(standingOf(licenceOf(), 1_500n, 500n)).toBe("expiring");
  expect(standingOf(licenceOf(), 1_501n, 500n)).toBe("expired");
  expect(standingOf(licenceOf({ expires: ENDLESS }), 1_501n, 0n)).toBe("in force");
  expect(standingOf(licenceOf({ ended: "cancelled" }), 1_501n)).toBe("given up");
});

test("a renewal is closed where the contract refuses it, with the reason", () => {
  const shut = (state: ChainState, change: Partial<Licence> = {}): string => {
    const renewal = renewalOf(state, licenceOf(change), 1_000n);
    return renewal.open ? "open" : renewal.reason;
  };
  expect(shut(stateOf())).toBe("open");
  expect(shut(stateOf({ open: false }))).toBe("Its kind is not on sale now.");
  expect(shut(stateOf({ prices: new Map() }))).toBe("Its kind has no price now.");
  expect(shut(stateOf(), { expires: ENDLESS })).toBe("It never expires.");
  expect(shut(stateOf(), { ended: "refunded" })).toBe("It was returned.");
  expect(shut(stateOf(), { expires: ENDLESS - 500n })).toBe("Its end would be too far away.");
  expect(shut(stateOf(), { expires: ENDLESS - 501n })).toBe("open");
});

test("a renewal is under the terms that are sold now", () => {
  const next = { ...TERMS, version: 2, duration: 0n, quota: 0n };
  expect(renewalOf(stateOf({}, [TERMS, next]), licenceOf(), 1_000n)).toMatchObject({
    termsChange: true,
    expires: ENDLESS,
    quota: ENDLESS,
    endsRefund: true,
  });
  const more = { ...TERMS, quota: ENDLESS - 2n };
  expect(renewalOf(stateOf({}, [more]), licenceOf(), 1_100n)).toMatchObject({
    termsChange: false,
    // One below endless is the most that can be counted.
    quota: ENDLESS - 1n,
    endsRefund: false,
  });
});

test("a refund is closed with its own reason", () => {
  const why = (change: Partial<Licence>, now = 1_050n, state = stateOf()): string => {
    const refund = refundOf(state, licenceOf(change), now);
    return refund.open ? String(refund.amount) : refund.reason;
  };
  expect(why({})).toBe("7");
  expect(why({}, 1_099n)).toBe("7");
  expect(why({}, 1_100n)).toBe("The window for returning it is over.");
  expect(why({ escrow: null }, 1_100n)).toBe("The window for returning it is over.");
  expect(why({ escrow: null })).toBe("It was used, so it can no longer be returned.");
  expect(why({ ended: "refunded" })).toBe("It was returned already.");
  expect(why({ escrow: null }, 1_050n, stateOf({}, [{ ...TERMS, refundWindow: 0 }]))).toBe(
    "It was sold without a window for returning it.",
  );
});

test("a transfer is barred by terms, expiry and open channels", () => {
  const bound = stateOf({}, [{ ...TERMS, transferable: false }]);
  expect(transferBar(stateOf(), licenceOf(), 1_500n)).toBeNull();
  expect(transferBar(stateOf(), licenceOf(), 1_501n)).toBe("It is no longer in force.");
  expect(transferBar(bound, licenceOf(), 1_000n)).toBe("Its terms bind it to its holder.");
  expect(transferBar(stateOf(), licenceOf({ channels: 1 }), 1_000n)).toContain("channel");
});
