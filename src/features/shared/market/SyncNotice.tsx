import type { ReactNode } from "react";
import { Notice } from "@/ui/Notice.tsx";
import { ProgressBar } from "@/ui/ProgressBar.tsx";
import type { Market } from "./useMarket.ts";

/** Says whether what is shown is all there is: reading still, or standing still. */
export function SyncNotice({ market }: { market: Market }): ReactNode {
  const { problem, ready, fraction } = market;
  if (problem !== null) {
    return (
      <Notice kind="warn" title={problem.message} testId="market-problem">
        <p>{problem.hint}</p>
        <p>
          {ready ? "What is shown was read before." : "What is shown may lack models."} Code{" "}
          <code>{problem.code}</code>
        </p>
      </Notice>
    );
  }
  if (ready) return null;
  return <ProgressBar label="Reading the chain's events" fraction={fraction} />;
}
