import { WalletMinimal } from "lucide-react";
import { useState } from "react";
import type { ReactNode } from "react";
import { useConnect, useConnection, useConnections, useConnectors, useDisconnect } from "wagmi";
import type { Connector } from "wagmi";
import { useChain } from "@/chain/chainContext.ts";
import { TEST_ACCOUNTS_ID } from "@/chain/testAccounts/connector.ts";
import { Button } from "@/ui/Button.tsx";
import { Dialog } from "@/ui/Dialog.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { useConnectDialog } from "../shared/connectDialog.ts";
import { connectProblem, COPY } from "./copy.ts";
import styles from "./wallet.module.css";

const close = (): void => useConnectDialog.setState({ open: false });

export function ConnectDialog(): ReactNode {
  const open = useConnectDialog((state) => state.open);
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => useConnectDialog.setState({ open: next })}
      title={COPY.dialogTitle}
      description={COPY.dialogNote}
    >
      {open && <Wallets />}
    </Dialog>
  );
}

function Wallets(): ReactNode {
  const connectors = useConnectors();
  const { deployments } = useChain();
  const { mutate, isPending, error, reset } = useConnect();
  const { connector: current } = useConnection();
  const connections = useConnections();
  const disconnect = useDisconnect();
  const [chosen, setChosen] = useState<Connector | null>(null);
  const connect = (connector: Connector): void => {
    if (connector.uid === current?.uid) return close();
    setChosen(connector);
    reset();
    const onSuccess = (): void => {
      // One at a time: a second one would come forward at the next disconnection.
      for (const { connector: other } of connections) {
        if (other.uid !== connector.uid) disconnect.mutate({ connector: other });
      }
      close();
    };
    return mutate({ connector }, { onSuccess });
  };
  const problem = error === null ? null : connectProblem(error, chosen?.name ?? "the wallet");
  const testing = connectors.filter(({ id }) => id === TEST_ACCOUNTS_ID);
  const wallets = connectors.filter(({ id }) => id !== TEST_ACCOUNTS_ID);
  const choice = (connector: Connector): ReactNode => (
    <li key={connector.uid}>
      <button
        type="button"
        className={styles.walletChoice}
        aria-disabled={isPending || undefined}
        onClick={() => !isPending && connect(connector)}
      >
        <WalletIcon source={connector.icon} />
        <span>{connector.name}</span>
        {isPending && chosen?.uid === connector.uid && (
          <small className={styles.soft}>Waiting…</small>
        )}
        {connector.uid === current?.uid && <small className={styles.soft}>Connected</small>}
      </button>
    </li>
  );
  return (
    <div className={styles.wallets} data-testid="connect-dialog">
      {wallets.length === 0 && (
        <Notice kind="warn" title={COPY.none}>
          <p>{COPY.noneHint}</p>
        </Notice>
      )}
      <ul className={styles.walletList} aria-label="Wallets in this browser">
        {wallets.map(choice)}
      </ul>
      {testing.length > 0 && (
        <>
          <p className={styles.soft}>{COPY.testHint}</p>
          <ul className={styles.walletList} aria-label={COPY.noneYet}>
            {testing.map(choice)}
          </ul>
        </>
      )}
      <div aria-live="polite">
        {isPending && (
          <Notice
            kind="info"
            title={`Confirm in ${chosen?.name ?? "the wallet"}`}
            testId="connecting"
          >
            <p>If no window opened, open the wallet from the browser's toolbar.</p>
          </Notice>
        )}
      </div>
      {problem !== null && (
        <Notice
          kind="error"
          title={problem.title}
          testId="connect-problem"
          actions={
            chosen !== null && (
              <Button size="small" onClick={() => connect(chosen)}>
                Try again
              </Button>
            )
          }
        >
          <p>{problem.hint}</p>
        </Notice>
      )}
      {deployments.some(({ cast }) => cast.length > 0) && (
        <p className={styles.soft}>{COPY.localHint}</p>
      )}
    </div>
  );
}

/** Wallets hand in their picture; only one that is in the announcement itself is drawn. */
export function WalletIcon({ source }: { source: string | undefined }): ReactNode {
  const trimmed = source?.trim() ?? "";
  if (!/^data:image\/(svg\+xml|png|webp|jpeg|gif)[;,]/.test(trimmed)) {
    return <WalletMinimal className={styles.walletIcon} aria-hidden />;
  }
  return <img className={styles.walletIcon} src={trimmed} alt="" />;
}
