import type { ReactNode } from "react";
import { useChainFeed } from "@/chain/follow/chainFeed.ts";
import { shortHex } from "../shared/chainText.ts";
import { Notice } from "@/ui/Notice.tsx";
import type { Market } from "../shared/market/useMarket.ts";
import { SendStatus } from "../shared/send/SendStatus.tsx";
import { copy } from "./copy.ts";
import { modelText, roundedText, unitsText } from "./text.ts";
import type { UseClaim } from "./useClaim.ts";

/** Where the claim stands, and what it paid by the chain's own word. */
export function ClaimOutcome({ market, claim }: { market: Market; claim: UseClaim }): ReactNode {
  const block = useChainFeed((feed) => feed.block);
  const { transaction } = claim.sending;
  const done =
    transaction?.step === "confirmed" &&
    transaction.block !== null &&
    block !== null &&
    block >= BigInt(transaction.block);
  const paid = done
    ? [...market.state.payouts.values()].filter(
        ({ at }) => at.transaction.toLowerCase() === transaction.hash?.toLowerCase(),
      )
    : [];
  return (
    <>
      <SendStatus
        sending={claim.sending}
        onItsWay={
          <Notice kind="info" title="A claim is on its way" testId="claim-pending">
            <p>It was sent before. Its amounts are here once it is mined.</p>
          </Notice>
        }
      />
      {done && (
        <Notice
          kind={paid.length > 0 ? "good" : "warn"}
          title={paid.length > 0 ? "Paid" : "Nothing was paid"}
          testId="paid"
        >
          {paid.length === 0 && <p>{copy.claimed}</p>}
          {paid.map(({ model, token, to, amount }) => (
            <p key={`${model} ${token}`} data-amount={String(amount)}>
              {roundedText(market, token, amount)} of {modelText(market, model)} to{" "}
              <code title={to}>{shortHex(to)}</code>, {unitsText(token, amount)}.
            </p>
          ))}
        </Notice>
      )}
    </>
  );
}
