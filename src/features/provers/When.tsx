import type { ReactNode } from "react";
import { formatAgo, formatDate } from "../shared/describe.ts";

/** A time of the chain, as far from the chain's own now as it is, and in full on hover. */
export function When({
  at,
  now,
  past = false,
}: {
  at: bigint;
  now: bigint;
  /** For what happened: events may be known a moment before the block's time is. */
  past?: boolean;
}): ReactNode {
  const [atMs, nowMs] = [Number(at) * 1_000, Number(now) * 1_000];
  const shownMs = past && atMs > nowMs ? nowMs : atMs;
  return (
    <time dateTime={new Date(atMs).toISOString()} title={formatDate(atMs)}>
      {formatAgo(shownMs, nowMs)}
    </time>
  );
}

/** The same with the full time beside it, for deadlines. */
export function Deadline({ at, now }: { at: bigint; now: bigint }): ReactNode {
  return (
    <>
      <When at={at} now={now} /> ({formatDate(Number(at) * 1_000)})
    </>
  );
}
