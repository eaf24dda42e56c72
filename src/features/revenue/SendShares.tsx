import { useState } from "react";
import type { ReactNode } from "react";
import { isAddressEqual, type Address } from "viem";
import { useChain } from "@/chain/chainContext.ts";
import { transferCall } from "@/chain/revenue/calls.ts";
import {
  afterTransfer,
  percentOf,
  readReceiver,
  readShares,
  votesGoTo,
} from "@/chain/revenue/shares.ts";
import type { Holding } from "@/chain/revenue/summary.ts";
import { Card } from "@/ui/Card.tsx";
import type { Market } from "../shared/market/useMarket.ts";
import { ReviewAndSend } from "../shared/send/ReviewAndSend.tsx";
import { knownBy } from "../shared/send/sendable.ts";
import { copy } from "./copy.ts";
import { EffectTable } from "./EffectTable.tsx";
import { Holder } from "./Holder.tsx";
import styles from "./revenue.module.css";
import { NO_DRAFT, ShareFields } from "./ShareFields.tsx";
import { roundedText } from "./text.ts";

/** Gives shares of a model to another account. */
export function SendShares({
  market,
  holding,
  holder,
}: {
  market: Market;
  holding: Holding;
  holder: Address;
}): ReactNode {
  const { deployment } = useChain();
  const [draft, setDraft] = useState(NO_DRAFT);
  const { model, shares, supply, accounts } = holding;
  const { contracts } = deployment;
  const receiver = readReceiver(draft.address, { contracts, model });
  const read = readShares(draft.amount, draft.unit, supply);
  const addressProblem =
    typeof receiver === "string"
      ? receiver
      : isAddressEqual(receiver.address, holder)
        ? "That is your own address."
        : null;
  const amountProblem =
    typeof read === "string"
      ? read
      : read === 0n
        ? "Give at least one share."
        : read > shares
          ? `You have ${shares.toLocaleString("en-GB")} shares, and this needs ${read.toLocaleString("en-GB")}.`
          : null;
  const sound =
    typeof receiver !== "string" &&
    typeof read !== "string" &&
    addressProblem === null &&
    amountProblem === null
      ? { to: receiver.address, amount: read }
      : null;
  const call =
    sound === null || model.shares === null
      ? null
      : transferCall(model.shares, sound.to, sound.amount);
  const count = sound?.amount.toLocaleString("en-GB") ?? "";
  return (
    <Card title="Send shares" note={copy.send} testId="send-shares">
      {shares === 0n ? (
        <p className={styles.soft}>You hold no shares of this model.</p>
      ) : (
        <>
          <ShareFields
            draft={draft}
            onChange={setDraft}
            addressLabel="To"
            addressProblem={addressProblem}
            amountProblem={amountProblem}
            hint={`You have ${shares.toLocaleString("en-GB")}, ${percentOf(shares, supply)}.`}
          />
          {sound !== null && (
            <>
              <EffectTable
                market={market}
                rows={afterTransfer(market.state, model.id, holder, sound.to, sound.amount)}
              />
              <ul className={styles.notes}>
                <li data-testid="stays">{staysText(market, accounts)}</li>
                <li>
                  <VotesText market={market} holding={holding} {...sound} /> {copy.votes}
                </li>
              </ul>
            </>
          )}
        </>
      )}
      <ReviewAndSend
        label="Review and send"
        txLabel={`Send ${count} shares of ${market.nameOf(model)}`}
        title={`Send ${count} shares?`}
        details={
          <>
            <p>
              {sound !== null && percentOf(sound.amount, supply)} of {market.nameOf(model)} goes to
            </p>
            <p>
              <code className={styles.hash}>{sound?.to}</code>
            </p>
          </>
        }
        warning={<>It cannot be called back. {staysText(market, accounts)}</>}
        danger
        kind="primary"
        confirm="Open the wallet"
        call={call}
        known={
          model.shares === null ? knownBy(null) : knownBy(transferCall(model.shares, holder, 0n), 0)
        }
        offered={shares > 0n}
        onConfirmed={() => setDraft(NO_DRAFT)}
        testId="review-transfer"
      />
    </Card>
  );
}

function staysText(market: Market, accounts: Holding["accounts"]): string {
  const open = accounts
    .filter(({ claimable }) => claimable > 0n)
    .map(({ token, claimable }) => roundedText(market, token, claimable));
  return open.length === 0
    ? "There is nothing to claim now; income from now on follows the shares."
    : `${open.join(" and ")} stays yours to claim; income from now on follows the shares.`;
}

function VotesText({
  market,
  holding,
  to,
  amount,
}: {
  market: Market;
  holding: Holding;
  to: Address;
  amount: bigint;
}): ReactNode {
  const { model, delegate } = holding;
  const gets = votesGoTo(market.state, model.id, to);
  const votes = amount.toLocaleString("en-GB");
  return (
    <>
      {delegate === null ? (
        "Nobody loses votes, since yours were given up;"
      ) : (
        <>
          <Holder market={market} address={delegate} /> loses {votes} votes;
        </>
      )}{" "}
      {gets === null ? (
        "nobody gets them, since the receiver gave its votes up."
      ) : (
        <>
          <Holder market={market} address={gets} /> gets {votes}
          {gets === to ? "." : ", whom the receiver named to vote for it."}
        </>
      )}
    </>
  );
}
