import { useCallback, useEffect, useState } from "react";
import { useChain, useWallet } from "@/chain/chainContext.ts";
import { pollChain } from "@/chain/follow/chainFeed.ts";
import { useTransactions } from "@/chain/transactions/ledger.ts";
import { isFinal, type Transaction } from "@/chain/transactions/transaction.ts";
import { useTransaction, type UseTransaction } from "@/chain/transactions/useTransaction.ts";
import type { Known, Sendable } from "./sendable.ts";

export interface Sending extends Omit<UseTransaction, "send"> {
  /** Makes the call where it is made late, then sends it. Settles as `send` of a transaction does. */
  begin: (label: string, call: Sendable) => Promise<Transaction | null>;
  /** A late call is being made. */
  making: boolean;
  /** Why a late call could not be made; null when it could. */
  failure: unknown;
  /** One that was sent before, by this page or another, is on its way. */
  earlier: boolean;
  /** The wallet was asked before, and nothing was heard since. */
  unsure: boolean;
}

/**
 * Sends one kind of call, and knows again what a page before a reload, or another tab, sent of it.
 * What another account did is not shown as this one's.
 */
export function useSending(known: Known): Sending {
  const { deployment } = useChain();
  const { account } = useWallet();
  const { chainId } = deployment;
  const { send, ...own } = useTransaction();
  const { reset: resetOwn } = own;
  const [making, setMaking] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const [seen, setSeen] = useState<string | null>(null);
  const [whose, setWhose] = useState(account);

  const reset = useCallback(() => {
    setSeen(null);
    setFailure(null);
    resetOwn();
  }, [resetOwn]);
  if (account !== undefined && account !== whose) {
    setWhose(account);
    if (whose !== undefined) reset();
  }

  const book = useTransactions(chainId, account);
  const atWork = own.busy || making;
  const waiting = atWork ? undefined : book.find((tx) => !isFinal(tx) && known(tx));
  if (waiting !== undefined && waiting.id !== seen) setSeen(waiting.id);
  const earlier = waiting !== undefined && waiting.step !== "unknown";
  const before = waiting ?? book.find(({ id }) => id === seen) ?? null;
  const quiet = !atWork && own.step === null;
  const transaction = earlier && quiet ? waiting : (own.transaction ?? (quiet ? before : null));

  const step = transaction?.step;
  useEffect(() => {
    if (step === "confirmed") pollChain();
  }, [step]);

  const begin = async (label: string, call: Sendable): Promise<Transaction | null> => {
    reset();
    let made = call;
    if ("make" in call) {
      setMaking(true);
      try {
        made = await call.make();
      } catch (error) {
        setFailure(error);
        return null;
      } finally {
        setMaking(false);
      }
    }
    const { to, data, value } = made;
    return await send({ label: label.slice(0, 120), call: { to, data, value }, chainId });
  };
  return {
    ...own,
    begin,
    reset,
    making,
    failure,
    earlier,
    unsure: waiting?.step === "unknown" && own.transaction?.step !== "confirmed",
    transaction,
    busy: atWork || earlier,
  };
}
