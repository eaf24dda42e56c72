import { useState } from "react";
import type { ReactNode } from "react";
import { useChain } from "@/chain/chainContext.ts";
import type { Call } from "@/chain/transactions/send.ts";
import { isFinal, type Transaction } from "@/chain/transactions/transaction.ts";
import { useTransaction } from "@/chain/transactions/useTransaction.ts";
import { Button } from "@/ui/Button.tsx";
import { Actions } from "@/ui/Card.tsx";
import { ConfirmDialog } from "@/ui/ConfirmDialog.tsx";
import type { Market } from "../shared/market/useMarket.ts";
import { TransactionStatus } from "../shared/TransactionStatus.tsx";
import { Done } from "./Done.tsx";
import styles from "./licences.module.css";
import { useWatched } from "./useWatched.ts";

/** A step that cannot be undone: asked about first, then sent and followed, over reloads too. */
export function ConfirmSend({
  market,
  label,
  txLabel,
  question,
  consequence,
  call,
  offered,
  matches,
  testId,
}: {
  market: Market;
  label: string;
  txLabel: string;
  question: string;
  consequence: ReactNode;
  /** Null while it cannot be sent. */
  call: Call | null;
  /** Whether the button is there, though perhaps not to be pressed yet. */
  offered: boolean;
  matches: (tx: Transaction) => boolean;
  testId: string;
}): ReactNode {
  const { deployment } = useChain();
  const state = useTransaction();
  const { watched } = useWatched(matches);
  const [asking, setAsking] = useState(false);
  const transaction = state.transaction ?? (state.step === null ? watched : null);
  const busy = state.busy || (watched !== null && !isFinal(watched));
  return (
    <div className={styles.stack}>
      <TransactionStatus state={{ ...state, transaction }} />
      <Done transaction={transaction} market={market} />
      {offered && (
        <Actions>
          <Button
            disabled={call === null}
            busy={busy}
            onClick={() => setAsking(true)}
            data-testid={testId}
          >
            {label}
          </Button>
        </Actions>
      )}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={question}
        description={consequence}
        confirm={label}
        danger
        onConfirm={() => {
          if (call !== null) {
            void state.send({ label: txLabel, call, chainId: deployment.chainId });
          }
        }}
      />
    </div>
  );
}
