import type { ReactNode } from "react";
import { momentText } from "@/chain/governance/momentText.ts";
import { dateText } from "../shared/market/describe.ts";

/** A moment both ways: how far it is by the chain's clock, and its date. */
export function Moment({ at, now }: { at: bigint; now: bigint }): ReactNode {
  return (
    <time dateTime={new Date(Number(at) * 1000).toISOString()}>
      {momentText(at, now)}, {dateText(at)}
    </time>
  );
}
