import type { ReactNode } from "react";
import { useChain } from "@/chain/chainContext.ts";
import type { UseTransaction } from "@/chain/transactions/useTransaction.ts";
import type { Step } from "@/chain/transactions/transaction.ts";
import { CopyButton } from "@/ui/CopyButton.tsx";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { Notice } from "@/ui/Notice.tsx";
import type { NoticeKind } from "@/ui/Notice.tsx";
import { explorerLink, shortHex, stepText } from "./chainText.ts";
import { openConnectDialog } from "./connectDialog.ts";
import { Button } from "@/ui/Button.tsx";

const KINDS: Readonly<Record<Step, NoticeKind>> = {
  wallet: "info",
  submitted: "info",
  confirming: "info",
  unknown: "warn",
  confirmed: "good",
  reverted: "error",
  replaced: "warn",
  cancelled: "warn",
};

/** Where the transaction of a screen stands, from the check to its end. */
export function TransactionStatus({
  state,
}: {
  state: Pick<UseTransaction, "step" | "error" | "transaction" | "reset">;
}): ReactNode {
  const { deployments } = useChain();
  const { step, error, transaction, reset } = state;
  if (error !== null) {
    const connect = error.code === "NO_WALLET" && (
      <Button size="small" onClick={openConnectDialog}>
        Connect a wallet
      </Button>
    );
    return (
      <ErrorNotice
        error={error}
        testId="transaction-error"
        onDismiss={reset}
        {...(connect === false ? {} : { actions: connect })}
      />
    );
  }
  if (step === "checking") {
    return <Notice kind="info" title="Trying it out on the chain…" testId="transaction-status" />;
  }
  if (step === "wallet") {
    return (
      <Notice kind="info" title="Confirm in your wallet" testId="transaction-status">
        <p>It shows the same amount. Nothing is sent before you agree there.</p>
      </Notice>
    );
  }
  if (transaction === null) return null;
  const { hash, replacedBy, reason, hint } = transaction;
  const chain = deployments.find(({ chainId }) => chainId === transaction.chainId)?.chain;
  const shown = replacedBy ?? hash;
  const link = chain === undefined || shown === null ? null : explorerLink(chain, "tx", shown);
  return (
    <Notice
      kind={KINDS[transaction.step]}
      title={stepText(transaction)}
      testId="transaction-status"
    >
      {reason !== "" && <p>{reason}</p>}
      {hint !== "" && <p>{hint}</p>}
      {shown !== null && (
        <p>
          {link === null ? (
            <code>{shortHex(shown)}</code>
          ) : (
            <a href={link} target="_blank" rel="noreferrer">
              {shortHex(shown)}
            </a>
          )}
          <CopyButton text={shown} label="Copy the transaction's hash" />
        </p>
      )}
    </Notice>
  );
}
