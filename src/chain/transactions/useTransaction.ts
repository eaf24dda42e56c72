import { useCallback, useState } from "react";
import { useChain } from "../chainContext.ts";
import type { ChainError } from "../errors/chainError.ts";
import { explainChainError } from "../errors/explain.ts";
import { ledgerKey, useLedger } from "./ledger.ts";
import { sendTransaction } from "./send.ts";
import type { SendRequest, SendStep } from "./send.ts";
import { isFinal } from "./transaction.ts";
import type { Transaction } from "./transaction.ts";

export interface UseTransaction {
  /** Settles when the transaction is final; null when nothing was sent. Never throws. */
  send: (request: SendRequest) => Promise<Transaction | null>;
  /** Before there is a transaction; null when idle or once it is on its way. */
  step: SendStep | null;
  /** Why nothing was sent. */
  error: ChainError | null;
  /** The one last sent, as it stands now. */
  transaction: Transaction | null;
  /** From the check until the transaction is final; buttons are busy meanwhile. */
  busy: boolean;
  reset: () => void;
}

/** Sends transactions of one screen, one at a time. See send.ts. */
export function useTransaction(): UseTransaction {
  const { config, deployments } = useChain();
  const [step, setStep] = useState<SendStep | null>(null);
  const [error, setError] = useState<ChainError | null>(null);
  const [sent, setSent] = useState<Transaction | null>(null);
  const transaction = useLedger(({ books }) => {
    if (sent === null) return null;
    const book = books[ledgerKey(sent.chainId, sent.account)] ?? [];
    return book.find(({ id }) => id === sent.id) ?? null;
  });
  const reset = useCallback(() => {
    setStep(null);
    setError(null);
    setSent(null);
  }, []);
  const send = useCallback(
    async (request: SendRequest) => {
      reset();
      try {
        const { transaction: begun, done } = await sendTransaction(
          { config, deployments },
          request,
          setStep,
        );
        setStep(null);
        setSent(begun);
        return await done;
      } catch (thrown) {
        setStep(null);
        setError(explainChainError(thrown));
        return null;
      }
    },
    [config, deployments, reset],
  );
  const busy = step !== null || (transaction !== null && !isFinal(transaction));
  return { send, step, error, transaction, busy, reset };
}
