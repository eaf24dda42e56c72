import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import type { ReactNode } from "react";
import { isAddressEqual, type Hash } from "viem";
import { explainChainError } from "@/chain/errors/explain.ts";
import type { Transaction } from "@/chain/transactions/transaction.ts";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import type { Market } from "../shared/market/useMarket.ts";
import styles from "./licences.module.css";
import { ReceiptSheet } from "./ReceiptSheet.tsx";
import { useReceipt } from "./useReceipt.ts";

/** The receipt of a transaction once it is confirmed; nothing before that. */
export function Done({
  transaction,
  market,
}: {
  transaction: Transaction | null;
  market: Market;
}): ReactNode {
  if (transaction?.step !== "confirmed" || transaction.hash === null) return null;
  return <DoneSheet hash={transaction.hash} market={market} />;
}

function DoneSheet({ hash, market }: { hash: Hash; market: Market }): ReactNode {
  const { data, error } = useReceipt(hash, market);
  const links = useRef<HTMLParagraphElement>(null);
  const ready = data?.state === "receipt";
  useEffect(() => {
    // The button that was pressed is gone, and focus with it.
    if (ready && document.activeElement === document.body) links.current?.focus();
  }, [ready]);
  if (error !== null) return <ErrorNotice error={explainChainError(error)} />;
  if (data?.state !== "receipt") return <p role="status">Reading the receipt…</p>;
  const usable = data.receipt.entries.find(
    ({ kind, recipient }) =>
      kind === "purchase" &&
      market.account !== undefined &&
      isAddressEqual(recipient, market.account),
  );
  return (
    <>
      <p ref={links} tabIndex={-1} className={styles.links}>
        <Link to="/receipts/$tx" params={{ tx: hash }} data-testid="open-receipt">
          Open the receipt on a page of its own
        </Link>
        <Link to="/licences">Your licences</Link>
        {usable !== undefined && (
          <Link to="/permissions" search={{ licence: usable.licence }}>
            Use it with a host
          </Link>
        )}
      </p>
      <ReceiptSheet receipt={data.receipt} />
    </>
  );
}
