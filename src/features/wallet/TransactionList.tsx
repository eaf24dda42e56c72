import type { ReactNode } from "react";
import type { Address } from "viem";
import { useChain } from "@/chain/chainContext.ts";
import { clearBook, useTransactions } from "@/chain/transactions/ledger.ts";
import { isFinal } from "@/chain/transactions/transaction.ts";
import type { Step, Transaction } from "@/chain/transactions/transaction.ts";
import { Badge } from "@/ui/Badge.tsx";
import type { Tone } from "@/ui/Badge.tsx";
import { Button } from "@/ui/Button.tsx";
import { CopyButton } from "@/ui/CopyButton.tsx";
import { explorerLink, shortHex, stepText } from "../shared/chainText.ts";
import styles from "./wallet.module.css";

const TONES: Readonly<Record<Step, Tone>> = {
  wallet: "accent",
  submitted: "accent",
  confirming: "accent",
  unknown: "warn",
  confirmed: "good",
  reverted: "bad",
  replaced: "warn",
  cancelled: "warn",
};

/** What an account sent on the chain at hand, newest first, with one button to clear what is over. */
export function TransactionList({
  account,
  heading: Heading,
}: {
  account: Address;
  heading: "h2" | "h3";
}): ReactNode {
  const { deployment } = useChain();
  const { chainId } = deployment;
  const transactions = useTransactions(chainId, account);
  const clearable = transactions.some((tx) => isFinal(tx) || tx.step === "unknown");
  return (
    <section aria-label="Recent transactions" data-testid="transactions">
      <div className={styles.listHead}>
        <Heading>Recent transactions</Heading>
        {clearable && (
          <Button size="small" kind="quiet" onClick={() => clearBook(chainId, account)}>
            Clear
          </Button>
        )}
      </div>
      {transactions.length === 0 && (
        <p className={styles.soft}>
          None yet. They are kept in this browser, for each account and network.
        </p>
      )}
      <ul className={styles.list}>
        {transactions.map((tx) => (
          <Row key={tx.id} tx={tx} />
        ))}
      </ul>
    </section>
  );
}

export function Row({ tx, action }: { tx: Transaction; action?: ReactNode }): ReactNode {
  const { deployments } = useChain();
  const chain = deployments.find(({ chainId }) => chainId === tx.chainId)?.chain;
  const shown = tx.replacedBy ?? tx.hash;
  const link = chain === undefined || shown === null ? null : explorerLink(chain, "tx", shown);
  return (
    <li className={styles.row} data-testid="transaction" data-step={tx.step}>
      <span className={styles.rowLabel}>{tx.label}</span>
      <Badge tone={TONES[tx.step]}>{stepText(tx)}</Badge>
      {action}
      {shown !== null && (
        <span className={styles.hash}>
          {link === null ? (
            <code>{shortHex(shown)}</code>
          ) : (
            <a href={link} target="_blank" rel="noreferrer">
              {shortHex(shown)}
            </a>
          )}
          <CopyButton text={shown} label={`Copy the hash of “${tx.label}”`} />
        </span>
      )}
      {tx.reason !== "" && (
        <p className={styles.soft}>
          {tx.reason} {tx.hint}
        </p>
      )}
    </li>
  );
}
