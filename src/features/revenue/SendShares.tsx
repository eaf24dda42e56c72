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
import { useTransactions } from "@/chain/transactions/ledger.ts";
import { isFinal } from "@/chain/transactions/transaction.ts";
import { useTransaction } from "@/chain/transactions/useTransaction.ts";
import { Button } from "@/ui/Button.tsx";
import { Actions, Card } from "@/ui/Card.tsx";
import { ConfirmDialog } from "@/ui/ConfirmDialog.tsx";
import { Notice } from "@/ui/Notice.tsx";
import type { Market } from "../shared/market/useMarket.ts";
import { TransactionStatus } from "../shared/TransactionStatus.tsx";
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
  const [confirming, setConfirming] = useState(false);
  const transaction = useTransaction();
  const { model, shares, supply, accounts } = holding;
  const { chainId, contracts } = deployment;
  const pending = useTransactions(chainId, holder).some(
    (tx) => !isFinal(tx) && tx.to.toLowerCase() === model.shares?.toLowerCase(),
  );
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
  const busy = pending || transaction.busy;

  const send = async (): Promise<void> => {
    if (sound === null || model.shares === null) return;
    const label =
      `Send ${sound.amount.toLocaleString("en-GB")} shares of ${market.nameOf(model)}`.slice(
        0,
        120,
      );
    const call = transferCall(model.shares, sound.to, sound.amount);
    const sent = await transaction.send({ label, call, chainId });
    if (sent?.step === "confirmed") setDraft(NO_DRAFT);
  };
  return (
    <Card title="Send shares" note={copy.send} testId="send-shares">
      <TransactionStatus state={transaction} />
      {pending && !transaction.busy && (
        <Notice kind="info" title="Shares are on their way" testId="transfer-pending">
          <p>They were sent before. The figures here change once it is mined.</p>
        </Notice>
      )}
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
          <Actions>
            <Button
              kind="primary"
              disabled={sound === null || busy}
              onClick={() => setConfirming(true)}
              data-testid="review-transfer"
            >
              Review and send
            </Button>
          </Actions>
        </>
      )}
      <ConfirmDialog
        open={confirming && sound !== null}
        onOpenChange={setConfirming}
        danger
        title={`Send ${sound?.amount.toLocaleString("en-GB") ?? ""} shares?`}
        description={
          <>
            <p>
              {sound !== null && percentOf(sound.amount, supply)} of {market.nameOf(model)} goes to
            </p>
            <p>
              <code className={styles.hash}>{sound?.to}</code>
            </p>
            <p>It cannot be called back. {staysText(market, accounts)}</p>
          </>
        }
        confirm="Open the wallet"
        onConfirm={() => void send()}
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
