/** What every model's governor and timelock were compiled with. Durations in seconds, votes in shares. */
export const VOTING_DELAY = 86_400n;
export const VOTING_PERIOD = 5n * 86_400n;
/** A vote goes on at least this long after its quorum was reached. */
export const LATE_EXTENSION = 86_400n;
/** Votes that are needed to propose. */
export const PROPOSAL_THRESHOLD = 10_000n;
export const QUORUM_PERCENT = 10n;
/** After the vote, in which somebody must queue. */
export const QUEUE_GRACE = 14n * 86_400n;
export const TIMELOCK_DELAY = 2n * 86_400n;
/** After the timelock's delay, in which somebody must execute. */
export const EXECUTE_GRACE = 14n * 86_400n;
/** From a proposal to its earliest execution. */
export const SHORTEST_WAY = VOTING_DELAY + VOTING_PERIOD + TIMELOCK_DELAY;
