import type { Address } from "viem";
import { FOR_CONTESTER, FOR_PROVERS, RULES } from "./rules.ts";

const MILLION = 1_000_000n;

/** A prover of a case and how many leaves it showed. */
export interface Party {
  readonly prover: Address;
  readonly leaves: number;
}

export interface Amount {
  readonly account: Address;
  /** Wei. */
  readonly amount: bigint;
}

/** Who gets and loses what when a case ends; all in wei. */
export interface Outcome {
  readonly credits: readonly Amount[];
  readonly losses: readonly Amount[];
  /** What the model's bounty gains; negative when it pays. */
  readonly bounty: bigint;
}

export interface CaseMoney {
  /** In the order in which they joined. */
  readonly parties: readonly Party[];
  readonly bounty: bigint;
  readonly rewardPpm: number;
  readonly contester: Address | null;
  readonly bond: bigint;
  readonly escalator: Address | null;
  readonly fee: bigint;
  /** All of a prover's stake, leaving or not. */
  readonly stakeOf: (prover: Address) => bigint;
}

/** What one upheld case of a model earns, rounded down as the network does. */
export function rewardOf(bounty: bigint, rewardPpm: number): bigint {
  return (bounty * BigInt(rewardPpm)) / MILLION;
}

/**
 * The provers were right: the reward, and half of what is left of a bond once the escalator's fee came
 * back, by leaves; the other half joins the bounty.
 */
export function upheldOutcome(money: CaseMoney): Outcome {
  const { bond, fee, escalator, bounty, rewardPpm } = money;
  const reward = rewardOf(bounty, rewardPpm);
  const refund = fee < bond ? fee : bond;
  const half = (bond - refund) / 2n;
  const back = escalator === null ? [] : [{ account: escalator, amount: refund }];
  return {
    credits: merge([...back, ...byLeaves(money.parties, reward + half)]),
    losses: [],
    bounty: bond - refund - half - reward,
  };
}

/** Nobody was shown right or wrong: a bond goes back to who put it up. */
export function dismissedOutcome({ contester, bond }: CaseMoney): Outcome {
  const credits = contester === null ? [] : [{ account: contester, amount: bond }];
  return { credits: merge(credits), losses: [], bounty: 0n };
}

/** The contester was right: each prover loses up to 0.05, half for the contester, half for the bounty. */
export function refusedOutcome(money: CaseMoney): Outcome {
  const losses = money.parties.map(({ prover }) => {
    const have = money.stakeOf(prover);
    return { account: prover, amount: have < RULES.falseCaseLoss ? have : RULES.falseCaseLoss };
  });
  const lost = losses.reduce((sum, { amount }) => sum + amount, 0n);
  const { contester, bond } = money;
  return {
    credits: contester === null ? [] : merge([{ account: contester, amount: bond + lost / 2n }]),
    losses: merge(losses),
    bounty: lost - lost / 2n,
  };
}

/** What is left over what is left, so that the last prover gets the rest to the wei. */
function byLeaves(parties: readonly Party[], pot: bigint): Amount[] {
  let left = pot;
  let leavesLeft = parties.reduce((sum, { leaves }) => sum + leaves, 0);
  return parties.map(({ prover, leaves }) => {
    const amount = (left * BigInt(leaves)) / BigInt(leavesLeft);
    left -= amount;
    leavesLeft -= leaves;
    return { account: prover, amount };
  });
}

function merge(amounts: readonly Amount[]): Amount[] {
  const sums = new Map<Address, bigint>();
  for (const { account, amount } of amounts) {
    sums.set(account, (sums.get(account) ?? 0n) + amount);
  }
  return [...sums]
    .map(([account, amount]) => ({ account, amount }))
    .filter(({ amount }) => amount > 0n);
}

/** Class A: what one unpaid call that the host signed costs it; all in wei. */
export interface SlashOutcome {
  readonly slashed: bigint;
  /** The prover's part of the collateral. */
  readonly toProver: bigint;
  /** What the bounty adds, at most as much as went to the model. */
  readonly reward: bigint;
  /** Becomes income of the model. */
  readonly toModel: bigint;
  readonly collateralLeft: bigint;
}

/** Half of the collateral, rounded up: 40 % to the prover with the bounty's reward, the rest to the model. */
export function slashOutcome(collateral: bigint, bounty: bigint, rewardPpm: number): SlashOutcome {
  const slashed = collateral - collateral / 2n;
  const toProver = (slashed * RULES.proverPpm) / MILLION;
  const toModel = slashed - toProver;
  const full = rewardOf(bounty, rewardPpm);
  return {
    slashed,
    toProver,
    toModel,
    reward: full > toModel ? toModel : full,
    collateralLeft: collateral - slashed,
  };
}

/** A juror's vote; `choice` null while it was not revealed. */
export interface Ballot {
  readonly juror: Address;
  readonly weight: bigint;
  readonly choice: number | null;
}

/** 0 for a tie or nobody, else what weighs more. */
export function rulingOf(votes: readonly Ballot[]): number {
  const weightFor = (wanted: number): bigint =>
    votes.reduce((sum, { choice, weight }) => (choice === wanted ? sum + weight : sum), 0n);
  const [provers, contester] = [weightFor(FOR_PROVERS), weightFor(FOR_CONTESTER)];
  return provers === contester ? 0 : provers > contester ? FOR_PROVERS : FOR_CONTESTER;
}

/**
 * What each juror gets of the fee and loses of its stake when they are settled in this order; the order
 * moves no more than a wei.
 */
export function juryOutcome(
  votes: readonly Ballot[],
  ruling: number,
  fee: bigint,
): { juror: Address; reward: bigint; fine: bigint }[] {
  let feeLeft = fee;
  let weightLeft = votes.reduce(
    (sum, { choice, weight }) => (ruling !== 0 && choice === ruling ? sum + weight : sum),
    0n,
  );
  return votes.map(({ juror, weight, choice }) => {
    if (choice === null) return { juror, reward: 0n, fine: (weight * RULES.silencePpm) / MILLION };
    if (ruling === 0 || choice !== ruling) return { juror, reward: 0n, fine: 0n };
    const reward = (feeLeft * weight) / weightLeft;
    feeLeft -= reward;
    weightLeft -= weight;
    return { juror, reward, fine: 0n };
  });
}
