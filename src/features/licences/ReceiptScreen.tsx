import { useParams } from "@tanstack/react-router";
import { FileQuestion, Hourglass } from "lucide-react";
import type { ReactNode } from "react";
import { isHash } from "viem";
import type { Hash } from "viem";
import { useChain } from "@/chain/chainContext.ts";
import type { ReceiptReading } from "@/chain/licences/readReceipt.ts";
import { explainChainError } from "@/chain/errors/explain.ts";
import { Button } from "@/ui/Button.tsx";
import { Card } from "@/ui/Card.tsx";
import { EmptyState } from "@/ui/EmptyState.tsx";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { Screen } from "@/ui/Screen.tsx";
import { useMarket } from "../shared/market/useMarket.ts";
import { copy } from "./copy.ts";
import { ReceiptSheet } from "./ReceiptSheet.tsx";
import { useReceipt } from "./useReceipt.ts";

/** `/receipts/$tx`: the receipt of any purchase, renewal or return on the chain. */
export function ReceiptScreen(): ReactNode {
  // Any text: it comes from the page's address.
  const { tx = "" } = useParams({ strict: false });
  const hash = tx.toLowerCase();
  return (
    <Screen title="Receipt" lead={copy.receipt.lead}>
      {isHash(hash) ? (
        <Reading key={hash} hash={hash} />
      ) : (
        <EmptyState icon={<FileQuestion aria-hidden />} title="That is not a transaction's hash">
          A hash is 0x and 64 digits from 0 to f. Copy it from the wallet or the explorer.
        </EmptyState>
      )}
    </Screen>
  );
}

type Missing = Exclude<ReceiptReading["state"], "receipt">;

const MISSING: Readonly<Record<Missing, { title: string; text: string }>> = {
  unknown: {
    title: "The chain knows no such transaction",
    text: "It may be on another network, or was never sent. This page goes on looking.",
  },
  pending: {
    title: "The transaction waits for a block",
    text: "The receipt appears here as soon as it is in one.",
  },
  reverted: {
    title: "The transaction was refused by the contract",
    text: "Nothing was bought and no price was paid; only the network took its fee.",
  },
  other: {
    title: "This transaction is no purchase, renewal or return of a licence",
    text: "Its logs hold nothing of this market's licence contract that has a receipt.",
  },
};

function Reading({ hash }: { hash: Hash }): ReactNode {
  const { deployment } = useChain();
  const { data, error, isPending, refetch } = useReceipt(hash, useMarket());
  if (isPending) return <p role="status">Reading the transaction…</p>;
  if (error !== null) {
    return (
      <ErrorNotice
        error={explainChainError(error)}
        actions={
          <Button size="small" onClick={() => void refetch()}>
            Try again
          </Button>
        }
      />
    );
  }
  if (data.state === "receipt") {
    return (
      <Card>
        <ReceiptSheet receipt={data.receipt} />
      </Card>
    );
  }
  const { title, text } = MISSING[data.state];
  const icon = data.state === "pending" ? <Hourglass aria-hidden /> : <FileQuestion aria-hidden />;
  return (
    <div data-testid={`receipt-${data.state}`} role="status">
      <EmptyState icon={icon} title={title}>
        {text} Looked for on {deployment.chain.name}.
      </EmptyState>
    </div>
  );
}
