import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ReactNode } from "react";
import { useWallet } from "@/chain/chainContext.ts";
import { coinBalance } from "@/chain/queries/balances.ts";
import type { Call } from "@/chain/transactions/send.ts";
import type { Transaction } from "@/chain/transactions/transaction.ts";
import { useTransaction } from "@/chain/transactions/useTransaction.ts";
import { Button } from "@/ui/Button.tsx";
import { Actions } from "@/ui/Card.tsx";
import { Dialog } from "@/ui/Dialog.tsx";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { Stats } from "@/ui/Stat.tsx";
import type { StatEntry } from "@/ui/Stat.tsx";
import { openConnectDialog } from "../shared/connectDialog.ts";
import { TransactionStatus } from "../shared/TransactionStatus.tsx";
import styles from "./provers.module.css";
import type { Proving } from "./useProving.ts";

export interface SendActProps {
  proving: Proving;
  /** As a verb: "Stake". */
  label: string;
  /** What it does, for the list of transactions; without it the label. */
  what?: string;
  review: readonly StatEntry[];
  /** What cannot be taken back. */
  warning: string;
  /** Why it cannot be sent now; null when it can. */
  refused?: string | null;
  /** Wei that go with it. */
  value?: bigint;
  /** Makes the call once it is agreed to, keeping first what must not be lost. Null: not complete. */
  make: (() => Call | Promise<Call>) | null;
  onDone?: (sent: Transaction) => void;
  primary?: boolean;
  danger?: boolean;
  testId: string;
}

/** Shows what will be sent and what it costs, then asks the wallet, then follows the transaction. */
export function SendAct(props: SendActProps): ReactNode {
  const { proving, label, what = label, review, warning, refused = null, value = 0n } = props;
  const { make, onDone, primary = true, danger = false, testId } = props;
  const { config, deployment, coin } = proving;
  const { account } = useWallet();
  const [asking, setAsking] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const state = useTransaction();
  const { chainId } = deployment;

  const send = async (): Promise<void> => {
    setAsking(false);
    setFailure(null);
    if (make === null) return;
    let call: Call;
    try {
      call = await make();
    } catch (error) {
      setFailure(error);
      return;
    }
    const sent = await state.send({ label: what, call, chainId });
    if (sent?.step === "confirmed") onDone?.(sent);
  };
  const { data: have } = useQuery({
    ...coinBalance(config, chainId, account ?? "0x0000000000000000000000000000000000000000"),
    enabled: account !== undefined && asking,
  });
  const poor = have !== undefined && have < value;
  return (
    <div className={styles.stack}>
      <TransactionStatus state={state} />
      {failure !== null && <ErrorNotice error={failure} onDismiss={() => setFailure(null)} />}
      <Actions>
        {account === undefined ? (
          <Button kind="primary" onClick={openConnectDialog}>
            Connect a wallet
          </Button>
        ) : (
          <Button
            kind={danger ? "danger" : primary ? "primary" : "plain"}
            disabled={make === null || refused !== null}
            busy={state.busy}
            onClick={() => setAsking(true)}
            data-testid={testId}
          >
            {label}
          </Button>
        )}
        {refused !== null && account !== undefined && (
          <span className={styles.soft} data-testid={`${testId}-refused`}>
            {refused}
          </span>
        )}
      </Actions>
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title={label}
        description={`On ${deployment.chain.name}. Your wallet asks you once more.`}
        wide
        actions={
          <>
            <Button onClick={() => setAsking(false)}>Not yet</Button>
            <Button
              kind={danger ? "danger" : "primary"}
              disabled={poor}
              onClick={() => void send()}
              data-testid="open-wallet"
            >
              Open the wallet
            </Button>
          </>
        }
      >
        <div className={styles.stack}>
          <Stats
            entries={[
              ...review,
              ...(value === 0n
                ? []
                : [
                    { label: "You pay", value: coin(value), note: "and the network's fee" },
                    { label: "You have", value: have === undefined ? "…" : coin(have) },
                  ]),
            ]}
          />
          {poor && (
            <Notice kind="error" title="Not enough coin" testId="too-poor">
              <p>
                You have {coin(have)} and need {coin(value)} and the network's fee.
              </p>
            </Notice>
          )}
          <Notice kind="warn" title="What cannot be undone">
            <p>{warning}</p>
          </Notice>
        </div>
      </Dialog>
    </div>
  );
}
