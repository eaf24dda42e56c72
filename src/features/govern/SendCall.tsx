import { useState } from "react";
import type { ReactNode } from "react";
import { useChain, useWallet } from "@/chain/chainContext.ts";
import type { GovernCall } from "@/chain/governance/calls.ts";
import type { Transaction } from "@/chain/transactions/transaction.ts";
import { Button } from "@/ui/Button.tsx";
import { Actions } from "@/ui/Card.tsx";
import { ConfirmDialog } from "@/ui/ConfirmDialog.tsx";
import { Dialog } from "@/ui/Dialog.tsx";
import { openConnectDialog } from "../shared/connectDialog.ts";
import { TransactionStatus } from "../shared/TransactionStatus.tsx";
import { copy } from "./copy.ts";
import { beginningOf, useSend } from "./useSend.ts";

export interface SendCallProps {
  /** As a verb: "Queue it". */
  label: string;
  /** How the transaction is called in the list of all. */
  txLabel: string;
  /** Null while a form is not complete. */
  call: GovernCall | null;
  /** What will be sent, in words and figures. */
  review: ReactNode;
  /** Asks as for something that cannot be undone. */
  danger?: boolean;
  /** Words of the call's data, after the selector, by which a reload knows it again. */
  words?: number;
  testId: string;
  onDone?: (done: Transaction) => void;
}

/** Reviews, sends and follows one call of governance. */
export function SendCall(props: SendCallProps): ReactNode {
  const { label, txLabel, call, review, danger = false, words = 0, testId, onDone } = props;
  const [asking, setAsking] = useState(false);
  const { account } = useWallet();
  const { deployment } = useChain();
  const state = useSend(call?.to ?? null, call === null ? "0x" : beginningOf(call, words));
  const send = async (): Promise<void> => {
    setAsking(false);
    if (call === null) return;
    const done = await state.send({ label: txLabel, call, chainId: deployment.chainId });
    if (done?.step === "confirmed") onDone?.(done);
  };
  return (
    <>
      <TransactionStatus state={state} />
      <Actions>
        {account === undefined ? (
          <Button kind="primary" onClick={openConnectDialog}>
            Connect a wallet
          </Button>
        ) : (
          <Button
            kind={danger ? "danger" : "primary"}
            disabled={call === null}
            busy={state.busy}
            onClick={() => setAsking(true)}
            data-testid={testId}
          >
            {label}
          </Button>
        )}
      </Actions>
      {danger ? (
        <ConfirmDialog
          open={asking}
          onOpenChange={setAsking}
          title={`${label}?`}
          description={review}
          confirm={label}
          danger
          onConfirm={() => void send()}
        />
      ) : (
        <Dialog
          open={asking}
          onOpenChange={setAsking}
          title={label}
          description={`On ${deployment.chain.name}. ${copy.simulated} The fee is shown there.`}
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
          {review}
        </Dialog>
      )}
    </>
  );
}
