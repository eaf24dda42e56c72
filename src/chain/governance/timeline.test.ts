import { expect, test } from "vitest";
import type { Proposal } from "../indexer/stateGovern.ts";
import { momentText } from "./momentText.ts";
import type { Circumstances } from "./proposalState.ts";
import { nextStep, timelineOf } from "./timeline.ts";

const DAY = 86_400n;
const STAMP = { block: 3n, timeSeconds: 1_000n, transaction: "0x" } as const;

/** Proposed at 1,000: opens a day later, ends five days after that. */
const PROPOSAL: Proposal = {
  model: 1n,
  id: 9n,
  proposer: "0x0000000000000000000000000000000000000021",
  targets: [],
  values: [],
  calldatas: [],
  description: "",
  voteStart: 1_000n + DAY,
  voteEnd: 1_000n + 6n * DAY,
  created: STAMP,
  against: 0n,
  forIt: 100_000n,
  abstain: 0n,
  eta: null,
  queued: null,
  executed: null,
  cancelled: null,
};

const at = (now: bigint): Circumstances => ({ now, supply: 1_000_000n, supermajority: false });

const line = (proposal: Proposal, now: bigint): string[] =>
  timelineOf(proposal, at(now)).map(({ key, state }) => `${key} ${state}`);

test("steps are done one after the other", () => {
  const end = PROPOSAL.voteEnd;
  const queued = {
    ...PROPOSAL,
    queued: { ...STAMP, timeSeconds: end + 5n },
    eta: end + 5n + 2n * DAY,
  };
  const executed = { ...queued, executed: { ...STAMP, timeSeconds: end + 3n * DAY } };
  expect(line(PROPOSAL, 1_000n)).toEqual([
    "proposed done",
    "opens coming",
    "ends coming",
    "queue coming",
    "delay coming",
    "execute coming",
  ]);
  expect(line(PROPOSAL, end)).toContain("ends now");
  expect(line(PROPOSAL, end + 1n)).toContain("queue now");
  expect(line(queued, end + 6n)).toContain("delay now");
  expect(line(queued, queued.eta)).toContain("execute now");
  expect(line(executed, end + 4n * DAY).every((step) => step.endsWith("done"))).toBe(true);
});

test("what will not happen is not promised", () => {
  const end = PROPOSAL.voteEnd;
  expect(line({ ...PROPOSAL, forIt: 99_999n }, end + 1n)).toEqual([
    "proposed done",
    "opens done",
    "ends done",
    "queue done",
  ]);
  expect(line(PROPOSAL, end + 14n * DAY + 1n).at(-1)).toBe("queue never");
  const eta = end + 3n * DAY;
  const queued = { ...PROPOSAL, queued: STAMP, eta };
  expect(line(queued, eta + 14n * DAY + 1n).at(-1)).toBe("execute never");
  const cancelled = { ...PROPOSAL, cancelled: STAMP };
  expect(line(cancelled, 2_000n)).toEqual([
    "proposed done",
    "opens never",
    "ends never",
    "queue done",
  ]);
  expect(nextStep(cancelled, at(2_000n))).toBeNull();
});

test("what comes next is told with the first second at which it holds", () => {
  const end = PROPOSAL.voteEnd;
  expect(nextStep(PROPOSAL, at(2_000n))).toEqual({ words: "Voting opens", at: 1_001n + DAY });
  expect(nextStep(PROPOSAL, at(end))).toEqual({ words: "Voting ends", at: end + 1n });
  expect(nextStep(PROPOSAL, at(end + 1n))?.at).toBe(end + 14n * DAY + 1n);
});

test("moments are told by the chain's clock", () => {
  expect(momentText(100n, 100n)).toBe("now");
  expect(momentText(100n + 2n * DAY + 7_200n, 100n)).toBe("in 2 d 2 h");
  expect(momentText(40n, 100n)).toBe("1 min ago");
});
