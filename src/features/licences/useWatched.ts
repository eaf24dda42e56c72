import { useState } from "react";
import { useChain, useWallet } from "@/chain/chainContext.ts";
import { useTransactions } from "@/chain/transactions/ledger.ts";
import { isFinal, type Transaction } from "@/chain/transactions/transaction.ts";

/**
 * A transaction of this account that was on its way when the screen was opened, or is since, and what
 * became of it: so that a reload in the middle finds it again.
 */
export function useWatched(matches: (tx: Transaction) => boolean): {
  watched: Transaction | null;
  /** Looks away from one that is over. */
  forget: () => void;
} {
  const { deployment } = useChain();
  const { account } = useWallet();
  const known = useTransactions(deployment.chainId, account);
  const [id, setId] = useState<string | null>(null);
  const waiting = known.find((tx) => !isFinal(tx) && matches(tx));
  if (waiting !== undefined && waiting.id !== id) setId(waiting.id);
  const watched = known.find((tx) => tx.id === (waiting?.id ?? id)) ?? null;
  return { watched, forget: () => setId(null) };
}
