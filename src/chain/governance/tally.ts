import { QUORUM_PERCENT } from "./settings.ts";

/** Votes, in shares. */
export interface Tally {
  readonly against: bigint;
  readonly forIt: bigint;
  readonly abstain: bigint;
}

/** Votes for or abstaining that a decision needs: a tenth of the shares, cut. */
export function quorumOf(supply: bigint): bigint {
  return (supply * QUORUM_PERCENT) / 100n;
}

export function isQuorumReached({ forIt, abstain }: Tally, supply: bigint): boolean {
  return forIt + abstain >= quorumOf(supply);
}

/** More for than against; for new shares at least two thirds of both together. */
export function isMajority({ against, forIt }: Tally, supermajority: boolean): boolean {
  return forIt > against && (!supermajority || forIt >= 2n * against);
}

/** Fewest further votes for it with which it would pass, if nobody else voted. */
export function missingVotes(tally: Tally, supply: bigint, supermajority: boolean): bigint {
  const { against, forIt, abstain } = tally;
  const majority = supermajority && against > 0n ? 2n * against : against + 1n;
  const quorum = quorumOf(supply) - abstain;
  const wanted = majority > quorum ? majority : quorum;
  return wanted > forIt ? wanted - forIt : 0n;
}

/**
 * Tenths of a percent of all three kinds of votes, for a bar; they sum to 1,000 unless nobody voted.
 *
 * @returns in the order for, against, abstain
 */
export function parts({ against, forIt, abstain }: Tally): [number, number, number] {
  const all = against + forIt + abstain;
  if (all === 0n) return [0, 0, 0];
  const edge = (upTo: bigint): number => Number((upTo * 1_000n) / all);
  const first = edge(forIt);
  const second = edge(forIt + against);
  return [first, second - first, 1_000 - second];
}
