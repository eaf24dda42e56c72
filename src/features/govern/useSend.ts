import { useEffect } from "react";
import type { Hex } from "viem";
import { useChain, useWallet } from "@/chain/chainContext.ts";
import { pollChain } from "@/chain/follow/chainFeed.ts";
import type { GovernCall } from "@/chain/governance/calls.ts";
import { isFinal } from "@/chain/transactions/transaction.ts";
import { useTransactions } from "@/chain/transactions/ledger.ts";
import { useTransaction } from "@/chain/transactions/useTransaction.ts";
import type { UseTransaction } from "@/chain/transactions/useTransaction.ts";

/**
 * Sends one kind of call, and knows again what a page before a reload had sent of it.
 *
 * @param to contract; null while there is none
 * @param begins how the data of all such calls begins
 */
export function useSend(to: string | null, begins: Hex): UseTransaction {
  const own = useTransaction();
  const { deployment } = useChain();
  const { account } = useWallet();
  const before = useTransactions(deployment.chainId, account).find(
    (tx) => !isFinal(tx) && tx.to === to && tx.data.startsWith(begins),
  );
  const transaction = own.transaction ?? (own.step === null ? (before ?? null) : null);
  const step = transaction?.step;
  useEffect(() => {
    if (step === "confirmed") pollChain();
  }, [step]);
  return { ...own, transaction, busy: own.busy || before !== undefined };
}

/** The part of a call by which others of its kind are known: the selector and its first words. */
export function beginningOf({ data }: GovernCall, words: number): Hex {
  return `0x${data.slice(2, 10 + 64 * words)}`;
}
