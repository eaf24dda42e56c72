import { useState } from "react";
import type { ReactNode } from "react";
import { useWallet } from "@/chain/chainContext.ts";
import type { Deployment } from "@/chain/config.ts";
import { useTransactions } from "@/chain/transactions/ledger.ts";
import type { Call } from "@/chain/transactions/send.ts";
import { isFinal } from "@/chain/transactions/transaction.ts";
import { useTransaction } from "@/chain/transactions/useTransaction.ts";
import { Button } from "@/ui/Button.tsx";
import { Actions } from "@/ui/Card.tsx";
import { Dialog } from "@/ui/Dialog.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { Stats, type StatEntry } from "@/ui/Stat.tsx";
import { openConnectDialog } from "../shared/connectDialog.ts";
import { TransactionStatus } from "../shared/TransactionStatus.tsx";

export interface SendStepProps {
  deployment: Deployment;
  /** As a verb: "Open the channel". */
  label: string;
  /** What it does, under the dialog's title. */
  note: string;
  review: readonly StatEntry[];
  /** Null while a form is not complete. */
  call: Call | null;
  danger?: boolean;
  testId: string;
  onConfirmed?: () => void;
}

/** Shows what will be sent, then asks the wallet, then follows the transaction. */
export function SendStep(props: SendStepProps): ReactNode {
  const { deployment, label, note, review, call, danger = false, testId, onConfirmed } = props;
  const [asking, setAsking] = useState(false);
  const state = useTransaction();
  const { account } = useWallet();
  const { chainId } = deployment;
  const pending = useTransactions(chainId, account).some(
    (tx) => !isFinal(tx) && tx.to === call?.to && tx.data === call.data,
  );
  const send = async (): Promise<void> => {
    setAsking(false);
    if (call === null) return;
    const sent = await state.send({ label, call, chainId });
    if (sent?.step === "confirmed") onConfirmed?.();
  };
  return (
    <>
      <TransactionStatus state={state} />
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
            kind={danger ? "danger" : "primary"}
            disabled={call === null || pending}
            busy={state.busy}
            onClick={() => setAsking(true)}
            data-testid={testId}
          >
            {label}
          </Button>
        )}
      </Actions>
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title={label}
        description={`${note} On ${deployment.chain.name}; your wallet asks you once more.`}
        wide
        actions={
          <>
            <Button onClick={() => setAsking(false)}>Not yet</Button>
            <Button
              kind={danger ? "danger" : "primary"}
              onClick={() => void send()}
              data-testid="open-wallet"
            >
              Open the wallet
            </Button>
          </>
        }
      >
        <Stats entries={review} />
      </Dialog>
    </>
  );
}
