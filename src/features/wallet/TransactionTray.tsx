import { X } from "lucide-react";
import { useEffect, useEffectEvent, useState } from "react";
import type { ReactNode } from "react";
import { useChain, useWallet } from "@/chain/chainContext.ts";
import { useTransactions } from "@/chain/transactions/ledger.ts";
import { isFinal } from "@/chain/transactions/transaction.ts";
import type { Transaction } from "@/chain/transactions/transaction.ts";
import { IconButton } from "@/ui/IconButton.tsx";
import { Row } from "./TransactionList.tsx";
import styles from "./wallet.module.css";

/** Successes leave by themselves; anything else stays until it is dismissed. */
const SHOWN_MS = 8_000;

/** What is on its way, or ended while this page was open, at the foot of the screen. */
export function TransactionTray(): ReactNode {
  const { deployment } = useChain();
  const { account } = useWallet();
  const transactions = useTransactions(deployment.chainId, account);
  const [hidden, setHidden] = useState<readonly string[]>([]);
  const [openedMs] = useState(() => Date.now());
  const shown = transactions
    .filter((tx) => !hidden.includes(`${tx.id}:${tx.step}`) && isNews(tx, openedMs))
    .slice(0, 3);
  const hide = (tx: Transaction): void => setHidden((ids) => [...ids, `${tx.id}:${tx.step}`]);
  return (
    <section className={styles.tray} aria-label="Transactions on their way" aria-live="polite">
      <ul>
        {shown.map((tx) => (
          <Entry key={tx.id} tx={tx} onHide={() => hide(tx)} />
        ))}
      </ul>
    </section>
  );
}

function isNews(tx: Transaction, openedMs: number): boolean {
  return !isFinal(tx) || tx.createdMs >= openedMs;
}

function Entry({ tx, onHide }: { tx: Transaction; onHide: () => void }): ReactNode {
  const done = tx.step === "confirmed";
  const hide = useEffectEvent(onHide);
  useEffect(() => {
    if (!done) return undefined;
    const timer = setTimeout(hide, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [done]);
  return (
    <Row
      tx={tx}
      action={
        <IconButton size="small" label={`Dismiss “${tx.label}”`} icon={<X />} onClick={onHide} />
      }
    />
  );
}
