import { ISSUE_WINDOW_SECONDS } from "../accounting/shareBook.ts";
import type { Model } from "../indexer/state.ts";

type Shares = Pick<Model, "supply" | "issues">;

/** Shares that there were at a moment after the opening, as the votes are counted. */
export function supplyAt({ supply, issues }: Shares, timeSeconds: bigint): bigint {
  return issues.find((issue) => issue.timeSeconds > timeSeconds)?.supplyBefore ?? supply;
}

/** How many new shares may be issued at a moment. */
export interface IssueLimits {
  readonly least: bigint;
  /** Below `least` when nothing may be issued. */
  readonly most: bigint;
  /** Unix seconds at which issues leave the year and more may be issued; null when none will. */
  readonly moreAt: bigint | null;
}

/** At least 1 % of the shares; in any 365 days at most a fifth of what there were when they began. */
export function issueLimits({ supply, issues }: Shares, timeSeconds: bigint): IssueLimits {
  const recent = issues.filter((issue) => issue.timeSeconds + ISSUE_WINDOW_SECONDS > timeSeconds);
  const start = recent[0]?.supplyBefore ?? supply;
  return {
    least: (supply + 99n) / 100n,
    most: start / 5n - (supply - start),
    moreAt: recent.length === 0 ? null : recent[0].timeSeconds + ISSUE_WINDOW_SECONDS,
  };
}
