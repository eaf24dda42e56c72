import { parseEther } from "viem";

const DAY = 86_400n;

/** Constants of contracts/src/ProverNetwork.sol and ProverJury.sol. Amounts in wei, times in seconds. */
export const RULES = {
  leastStake: parseEther("0.1"),
  falseCaseLoss: parseEther("0.05"),
  unstakeDelay: 7n * DAY,
  hostExitDelay: 14n * DAY,
  revealBlocks: 7_200n,
  leavesNeeded: 3,
  proversNeeded: 2,
  mostProvers: 16,
  gatheringTime: 7n * DAY,
  contestTime: 3n * DAY,
  escalationTime: 3n * DAY,
  rulingTime: 90n * DAY,
  bond: parseEther("0.2"),
  juryFee: parseEther("0.05"),
  commitTime: 2n * DAY,
  revealTime: 2n * DAY,
  /** Millionths of slashed collateral that go to the prover. */
  proverPpm: 400_000n,
  /** Millionths of the stake it voted with that a silent juror loses. */
  silencePpm: 50_000n,
} as const;

/** What a vote is for. */
export const FOR_PROVERS = 1;
export const FOR_CONTESTER = 2;
export type Choice = typeof FOR_PROVERS | typeof FOR_CONTESTER;
