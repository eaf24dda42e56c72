import type { ReactNode } from "react";
import type { Market } from "../shared/market/useMarket.ts";
import { ReviewAndSend, type ReviewAndSendProps } from "../shared/send/ReviewAndSend.tsx";
import { Done } from "./Done.tsx";

/** A step that cannot be undone: asked about first, then sent and followed to its receipt. */
export function ConfirmSend({
  market,
  ...step
}: Omit<ReviewAndSendProps, "danger" | "kind" | "renderOutcome"> & { market: Market }): ReactNode {
  return (
    <ReviewAndSend
      {...step}
      danger
      kind="plain"
      renderOutcome={(transaction) => <Done transaction={transaction} market={market} />}
    />
  );
}
