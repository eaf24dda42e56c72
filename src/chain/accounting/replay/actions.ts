import {
  array,
  bigInt,
  constant,
  constantFrom,
  integer,
  nat,
  oneof,
  record,
  tuple,
  type Arbitrary,
} from "fast-check";
import type { MarketDraw } from "./marketSetup.ts";

export const OPERATIONS = [
  "gift",
  "buy",
  "buyReturnable",
  "releaseEscrow",
  "refund",
  "transferShares",
  "issueShares",
  "claim",
  "claimMany",
  "withdraw",
  "advance",
  "donate",
  "sweep",
  "openChannel",
  "topUp",
  "activate",
  "settle",
  "settleBatch",
  "requestClose",
  "finalizeClose",
  "coopClose",
] as const;

/** One step of a trace; what its numbers mean is settled by what there is when it is executed. */
export interface Action {
  operation: (typeof OPERATIONS)[number];
  /** Picks a model, a kind, a licence or a channel. */
  what: number;
  /** Picks accounts. */
  who: number;
  whom: number;
  /** Picks the native coin (0) or the test dollar (1). */
  token: 0 | 1;
  amount: bigint;
  /** A part of a balance, supply or deposit in thousandths, at times more than all. */
  thousandths: number;
}

/** Mostly small, at times huge, so that both fractions and overflows are met. */
const amount = oneof(
  { weight: 5, arbitrary: bigInt({ min: 1n, max: 2_000n }) },
  { weight: 4, arbitrary: bigInt({ min: 1n, max: 10n ** 19n }) },
  { weight: 1, arbitrary: bigInt({ min: 2n ** 90n, max: 2n ** 118n }) },
);

type Operation = Action["operation"];
const some = (...operations: Operation[]) => constantFrom<Operation>(...operations);

/** Steps on which others rest come more often than those that end something. */
const operation = oneof(
  { weight: 2, arbitrary: some("gift", "buy", "transferShares", "claim") },
  {
    weight: 2,
    arbitrary: some("buyReturnable", "openChannel", "refund", "releaseEscrow", "advance"),
  },
  { weight: 4, arbitrary: some("activate", "settle", "settle") },
  { weight: 3, arbitrary: some("settleBatch", "topUp", "requestClose", "finalizeClose") },
  { weight: 5, arbitrary: some(...OPERATIONS) },
);

const actionOf = (drawn: Arbitrary<Operation>): Arbitrary<Action> =>
  record({
    operation: drawn,
    what: nat(),
    who: nat(),
    whom: nat(),
    token: constantFrom<0 | 1>(0, 1),
    amount,
    thousandths: oneof(
      integer({ min: 0, max: 1_100 }),
      integer({ min: 10, max: 60 }),
      constant(1_000),
    ),
  });

/** So that a trace has licences and channels from early on. */
const OPENING: readonly Operation[] = [
  "buy",
  "buyReturnable",
  "gift",
  "buy",
  "openChannel",
  "openChannel",
  "openChannel",
  "activate",
  "activate",
  "activate",
];

/** The steps of a trace. */
export const actionsArbitrary = (steps: number): Arbitrary<readonly Action[]> => {
  const free = { minLength: steps - OPENING.length, maxLength: steps - OPENING.length };
  return tuple(
    tuple(...OPENING.map((given) => actionOf(constant(given)))),
    array(actionOf(operation), free),
  ).map(([opening, rest]) => [...opening, ...rest]);
};

const ppm = oneof(integer({ min: 0, max: 240_000 }), constantFrom(0, 999, 1_000, 250_000));

export const marketArbitrary: Arbitrary<MarketDraw> = record({
  edges: tuple(ppm, ppm, ppm),
  firstShares: integer({ min: 1, max: 999_990 }),
  hostPpm: oneof(integer({ min: 0, max: 900_000 }), constantFrom(0, 900_000, 333_333)),
  prices: tuple(amount, amount),
});
