import { useState } from "react";
import type { ReactNode } from "react";
import { useWallet } from "@/chain/chainContext.ts";
import type { Transaction } from "@/chain/transactions/transaction.ts";
import { Button } from "@/ui/Button.tsx";
import { Actions } from "@/ui/Card.tsx";
import { openConnectDialog } from "../connectDialog.ts";
import styles from "../shared.module.css";
import { ReviewDialog, type Review } from "./ReviewDialog.tsx";
import { knownBy, type Known, type Sendable } from "./sendable.ts";
import { SendStatus } from "./SendStatus.tsx";
import { useSending } from "./useSending.ts";

export interface ReviewAndSendProps extends Omit<Review, "title"> {
  /** As a verb: "Open the channel". */
  label: string;
  /** How the transaction is called in the list of all; without it as the label. */
  txLabel?: string;
  /** Heading of the review; without it the label. */
  title?: string;
  /** Null while a form is not complete. */
  call: Sendable | null;
  /** Which transactions are this button's; without it those with the call's receiver and data. */
  known?: Known;
  /** Why it cannot be sent now; null when it can. */
  refused?: string | null;
  /** Shut for a reason that is told elsewhere. */
  shut?: boolean;
  /** Whether there is a button; what it sent before is shown without it too. */
  offered?: boolean;
  kind?: "primary" | "plain";
  /** What came of it, between its status and the button. */
  renderOutcome?: (transaction: Transaction | null) => ReactNode;
  /** It is final, however it ended. */
  onEnd?: (ended: Transaction) => void;
  onConfirmed?: (confirmed: Transaction) => void;
  testId: string;
}

/** Shows what will be sent and what it costs, then asks the wallet, then follows the transaction. */
export function ReviewAndSend(props: ReviewAndSendProps): ReactNode {
  const { label, txLabel = label, call, refused = null, shut = false, offered = true } = props;
  const { danger = false, kind, renderOutcome, onEnd, onConfirmed, testId } = props;
  const { account } = useWallet();
  const sending = useSending(props.known ?? knownBy(call));
  const [asked, setAsked] = useState<Sendable | null>(null);

  const send = async (): Promise<void> => {
    setAsked(null);
    if (call === null) return;
    const ended = await sending.begin(txLabel, call);
    if (ended === null) return;
    onEnd?.(ended);
    if (ended.step === "confirmed") onConfirmed?.(ended);
  };
  return (
    <div className={styles.send}>
      <SendStatus sending={sending} />
      {renderOutcome?.(sending.transaction)}
      {offered && (
        <Actions>
          {account === undefined ? (
            <Button kind="primary" onClick={openConnectDialog}>
              Connect a wallet
            </Button>
          ) : (
            <Button
              kind={kind ?? (danger ? "danger" : "primary")}
              disabled={call === null || refused !== null || shut}
              busy={sending.busy}
              onClick={() => setAsked(call)}
              data-testid={testId}
            >
              {label}
            </Button>
          )}
          {refused !== null && account !== undefined && (
            <span className={styles.refused} data-testid={`${testId}-refused`}>
              {refused}
            </span>
          )}
        </Actions>
      )}
      <ReviewDialog
        title={props.title ?? (danger ? `${label}?` : label)}
        note={props.note}
        review={props.review ?? []}
        details={props.details}
        warning={props.warning}
        danger={danger}
        confirm={props.confirm ?? (danger ? label : "Open the wallet")}
        asked={asked}
        now={call}
        onClose={() => setAsked(null)}
        onSend={() => void send()}
      />
    </div>
  );
}
