import { useState } from "react";
import type { ReactNode } from "react";
import { useWallet } from "@/chain/chainContext.ts";
import type { Call } from "@/chain/transactions/send.ts";
import { isFinal } from "@/chain/transactions/transaction.ts";
import { useTransactions } from "@/chain/transactions/ledger.ts";
import { useTransaction } from "@/chain/transactions/useTransaction.ts";
import { Button } from "@/ui/Button.tsx";
import { Actions } from "@/ui/Card.tsx";
import { Dialog } from "@/ui/Dialog.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { Stats } from "@/ui/Stat.tsx";
import type { StatEntry } from "@/ui/Stat.tsx";
import { openConnectDialog } from "../shared/connectDialog.ts";
import { TransactionStatus } from "../shared/TransactionStatus.tsx";
import { copy } from "./copy.ts";
import { DaoNotice } from "./DaoNotice.tsx";
import type { OpenRegistration } from "./useRegistration.ts";

export interface SendButtonProps {
  open: OpenRegistration;
  /** Name under which the transaction's hash is kept. */
  action: string;
  /** As a verb: "Commit on the chain". */
  label: string;
  /** What is about to be sent, in figures and words. */
  review: readonly StatEntry[];
  warning?: string;
  /** Null while a form is not complete. */
  call: Call | null;
  /** Whether anyone may send it. */
  anyone?: boolean;
  /** Form of the proposal that does the same where a DAO owns the model. */
  proposal?: Readonly<Record<string, string>>;
}

/** Shows what will be sent, then asks the wallet, then follows the transaction. */
export function SendButton(props: SendButtonProps): ReactNode {
  const { open, action, label, review, warning, call, anyone = false, proposal = {} } = props;
  const [asking, setAsking] = useState(false);
  const state = useTransaction();
  const { account } = useWallet();
  const { chainId } = open.deployment;
  const sent = useTransactions(chainId, account).filter(
    (tx) => !isFinal(tx) && tx.to === call?.to && tx.data === call.data,
  );
  const pending = sent.some(({ step }) => step !== "unknown");
  const owner = open.holder?.owner ?? open.commitment.owner;
  const foreign = !anyone && account !== undefined && account.toLowerCase() !== owner.toLowerCase();

  const send = async (): Promise<void> => {
    setAsking(false);
    if (call === null) return;
    const ended = await state.send({ label, call, chainId });
    if (ended?.hash != null) open.dispatch({ type: "sent", action, hash: ended.hash });
  };
  if (!anyone && open.holder?.dao === true) {
    return <DaoNotice model={open.registration.model ?? ""} action={label} proposal={proposal} />;
  }
  return (
    <>
      {foreign && (
        <Notice kind="warn" title="Another account is connected" testId="other-account">
          <p>
            {copy.otherAccount} Switch the wallet to <code>{owner}</code>.
          </p>
        </Notice>
      )}
      <TransactionStatus state={state} />
      {sent.length > 0 && !pending && !state.busy && (
        <Notice kind="warn" title="It may have been sent already" testId="maybe-sent">
          <p>{copy.maybeSent}</p>
        </Notice>
      )}
      {pending && !state.busy && (
        <Notice kind="info" title="Sent already">
          <p>It is on its way; this page goes on once it is mined.</p>
        </Notice>
      )}
      <Actions>
        {account === undefined ? (
          <Button kind="primary" onClick={openConnectDialog}>
            Connect a wallet
          </Button>
        ) : (
          <Button
            kind="primary"
            disabled={call === null || foreign || pending || state.busy}
            onClick={() => setAsking(true)}
            data-testid={`send-${action}`}
          >
            {label}
          </Button>
        )}
      </Actions>
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title={label}
        description={`On ${open.deployment.chain.name}. Your wallet asks you once more.`}
        wide
        actions={
          <>
            <Button onClick={() => setAsking(false)}>Not yet</Button>
            <Button kind="primary" onClick={() => void send()} data-testid="open-wallet">
              Open the wallet
            </Button>
          </>
        }
      >
        <Stats entries={review} />
        {warning !== undefined && (
          <Notice kind="warn" title="This cannot be undone">
            <p>{warning}</p>
          </Notice>
        )}
      </Dialog>
    </>
  );
}
