import { expect, test } from "vitest";
import type { Registration, RunCommitment } from "@/rpc/registration.ts";
import { newRegistration, nextRegistration } from "./registration.ts";
import type { RegistrationSnapshot } from "./registration.ts";
import { beaconWait, nextSale, stepOf, stepsOf } from "./steps.ts";

const OWNER = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const DOLLAR = "0xA51c1fc2f0D1a1b8494Ed1FE312d7C3a78Ed91C0";
const commitment: RunCommitment = {
  root: `0x${"1a".repeat(32)}`,
  manifestHash: `0x${"2b".repeat(32)}`,
  count: 2,
  width: 16,
  owner: OWNER,
};
const fresh = newRegistration(31_337, `0x${"5f".repeat(20)}`, commitment);
const WEIGHTS = { weightsHash: "3c".repeat(32) };

const mined: RegistrationSnapshot = {
  model: 5n,
  epoch: 0,
  commitBlock: 100n,
  draws: 1,
  beacon: null,
  sharesOpened: false,
  released: false,
  releasedBefore: false,
  kindsSet: [],
  pricesSet: [],
};

function seen(patch: Partial<RegistrationSnapshot>, from: Registration = fresh): Registration {
  return nextRegistration(from, { type: "seen", snapshot: { ...mined, ...patch } });
}

/** As the browser keeps it: what a closed tab comes back to. */
function reopened(registration: Registration): Registration {
  return structuredClone(registration);
}

const beacon = `0x${"4d".repeat(32)}`;
const coin = "1-0x0000000000000000000000000000000000000000";

test.each([
  ["nothing sent", fresh, {}, 90, "commit"],
  ["sent, not mined", sent(fresh), {}, 100, "commit"],
  ["mined this moment", seen({}), {}, 100, "wait"],
  ["one block short of the beacon", seen({}), {}, 107, "wait"],
  ["the beacon's block mined, not yet readable", seen({}), {}, 108, "wait"],
  ["the block after it mined", seen({}), {}, 109, "seal"],
  ["long after", seen({}), {}, 9_000, "seal"],
  ["sealed by anyone", seen({ beacon }), {}, 109, "embed"],
  ["trained and exported", seen({ beacon }), WEIGHTS, 200, "shares"],
  ["shares opened", seen({ beacon, sharesOpened: true }), WEIGHTS, 201, "release"],
  ["released", seen({ beacon, sharesOpened: true, released: true }), WEIGHTS, 202, "kinds"],
  ["terms set, no price", onSale({ kindsSet: [1] }), WEIGHTS, 203, "kinds"],
  ["on sale", onSale({ kindsSet: [1], pricesSet: [coin] }), WEIGHTS, 204, "onSale"],
] as const)("%s: comes back to the same step", (_name, registration, run, head, step) => {
  expect(stepOf(registration, run, head)).toBe(step);
  expect(stepOf(reopened(registration), run, head)).toBe(step);
});

function sent(registration: Registration): Registration {
  const hash = `0x${"9e".repeat(32)}`;
  return nextRegistration(registration, { type: "sent", action: "register", hash });
}

function onSale(patch: Partial<RegistrationSnapshot>): Registration {
  return seen({ beacon, sharesOpened: true, released: true, ...patch });
}

test("the wait counts eight blocks and no more", () => {
  expect(beaconWait(fresh, 50)).toBeNull();
  expect(beaconWait(seen({}), 103)).toEqual({ block: 108, mined: 3, of: 8, left: 6 });
  expect(beaconWait(seen({}), 500)).toEqual({ block: 108, mined: 8, of: 8, left: 0 });
});

test("a beacon is named by its block, after a new draw too", () => {
  expect(seen({ beacon }).beacon).toEqual({
    value: beacon,
    chainId: 31_337,
    blockNumber: 108,
    registry: fresh.registry,
  });
  const redrawn = seen({ commitBlock: 900n, draws: 2 }, seen({}));
  expect(stepOf(redrawn, {}, 905)).toBe("wait");
  expect(redrawn.draws).toBe(2);
  expect(seen({ commitBlock: 900n, draws: 2, beacon }, redrawn).beacon?.blockNumber).toBe(908);
});

test("a re-organisation takes back what it took, and keeps the forms", () => {
  const draft = { ...fresh.draft, uri: "https://example.org/card" };
  const edited = nextRegistration(sent(seen({ beacon })), { type: "edited", draft });
  const gone = nextRegistration(edited, { type: "missing" });
  expect(stepOf(gone, {}, 110)).toBe("commit");
  expect(gone.draft).toBe(draft);
  expect(gone.transactions).toEqual(edited.transactions);
  expect(nextRegistration(gone, { type: "missing" })).toBe(gone);
});

test("what was seen before changes nothing", () => {
  const registration = seen({ beacon });
  expect(seen({ beacon }, registration)).toBe(registration);
});

test("a further epoch of a released model has shares and licences, and stops at its release", () => {
  const again = { ...fresh, draft: { ...fresh.draft, again: "5" } };
  expect(stepsOf(fresh)).toContain("shares");
  const steps = ["commit", "wait", "seal", "embed", "release", "onSale"];
  expect(stepsOf(again)).toEqual(steps);
  const second = { epoch: 1, sharesOpened: true, releasedBefore: true };
  const committed = seen(second, again);
  expect(committed).toMatchObject({ model: "5", epoch: 1, releasedBefore: true });
  expect(stepsOf(committed)).toEqual(steps);
  expect(stepOf(committed, {}, 105)).toBe("wait");
  const sealed = seen({ ...second, beacon }, committed);
  expect(stepOf(sealed, {}, 200)).toBe("embed");
  expect(stepOf(sealed, WEIGHTS, 200)).toBe("release");
  const released = seen({ ...second, beacon, released: true }, sealed);
  expect(stepOf(released, WEIGHTS, 201)).toBe("onSale");
});

test("a further epoch of a model that was never released opens its shares and licences", () => {
  const again = { ...fresh, draft: { ...fresh.draft, again: "5" } };
  const sealed = seen({ epoch: 1, beacon }, again);
  expect(stepsOf(sealed)).toContain("shares");
  expect(stepOf(sealed, WEIGHTS, 200)).toBe("shares");
});

test("a kind's terms come before its prices, and unsold tokens are passed over", () => {
  const [kind] = fresh.draft.kinds;
  const token = { token: DOLLAR, amount: "20" };
  const kinds = [
    { ...kind, prices: [{ ...kind.prices[0], amount: " " }, token] },
    { ...kind, label: "seat" },
  ];
  const registration = { ...onSale({}), draft: { ...fresh.draft, kinds } };
  expect(nextSale(registration)).toEqual({ type: "kind", kind: 1 });
  expect(nextSale({ ...registration, kindsSet: [1] })).toEqual({
    type: "price",
    kind: 1,
    token: DOLLAR,
  });
  const first = { ...registration, kindsSet: [1], pricesSet: [`1-${DOLLAR.toLowerCase()}`] };
  expect(nextSale(first)).toEqual({ type: "kind", kind: 2 });
});
