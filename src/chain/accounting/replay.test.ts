import { record, sample } from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { actionsArbitrary, marketArbitrary, OPERATIONS } from "./replay/actions.ts";
import { ChainWorld } from "./replay/chainWorld.ts";
import { makeMarket } from "./replay/marketSetup.ts";
import { Replay } from "./replay/replay.ts";

const SEED = 20_261_122;
const TRACES = 22;
const STEPS = 64;
const COMPARED_EVERY = 32;

/** Some of what both sides must have refused. */
const REFUSALS = [
  "claim: nothing-to-claim",
  "coopClose: NotHolder",
  "finalizeClose: CloseTooEarly",
  "issueShares: issue-too-large",
  "openChannel: QuotaExceeded",
  "refund: RefundClosed",
  "settle: BadSignature",
  "settle: OverCap",
  "settle: OverDeposit",
  "settle: PermissionNotInForce",
];

let world: ChainWorld;

beforeAll(async () => {
  world = await ChainWorld.start();
}, 60_000);

afterAll(async () => {
  await world.stop();
}, 60_000);

test("contracts and twins agree to the wei on random traces", { timeout: 300_000 }, async () => {
  const replay = new Replay(world);
  const trace = record({
    draw: marketArbitrary,
    actions: actionsArbitrary(STEPS),
  });
  for (const [number, { draw, actions }] of sample(trace, {
    seed: SEED,
    numRuns: TRACES,
  }).entries()) {
    replay.begin(await makeMarket(world, draw));
    for (const [i, action] of actions.entries()) {
      await replay.step(action).catch((cause: unknown) => {
        throw new Error(`Trace ${number}, step ${i}, ${action.operation}`, { cause });
      });
      if ((i + 1) % COMPARED_EVERY !== 0) continue;
      const { chain, twin } = await replay.figures();
      expect(chain, `trace ${number}, step ${i}`).toEqual(twin);
    }
  }
  // Where nothing was accepted, or nothing refused, agreement would say little.
  const { tally, codes } = replay.books;
  for (const operation of OPERATIONS) {
    if (operation === "advance") continue;
    expect(tally.get(operation)?.accepted, operation).toBeGreaterThan(3);
  }
  expect([...codes]).toEqual(expect.arrayContaining(REFUSALS));
});
