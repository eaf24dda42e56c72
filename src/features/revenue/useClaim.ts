import { useCallback, useState } from "react";
import type { Address } from "viem";
import { useChain, useWallet } from "@/chain/chainContext.ts";
import { useTransactions } from "@/chain/transactions/ledger.ts";
import { isFinal } from "@/chain/transactions/transaction.ts";
import { useTransaction, type UseTransaction } from "@/chain/transactions/useTransaction.ts";
import { claimCall, MOST_CLAIMS } from "@/chain/revenue/calls.ts";
import type { TokenAccount } from "@/chain/revenue/summary.ts";

/** What somebody is about to claim. */
export interface Claiming {
  readonly accounts: readonly TokenAccount[];
  /** Whether to an address that is still to be given. */
  readonly elsewhere: boolean;
}

export interface UseClaim {
  asking: Claiming | null;
  ask: (accounts: readonly TokenAccount[], elsewhere?: boolean) => void;
  close: () => void;
  send: (accounts: readonly TokenAccount[], to: Address | null, label: string) => Promise<void>;
  transaction: UseTransaction;
  /** Whether a claim of this account is on its way, this page's own or an earlier one's. */
  pending: boolean;
}

/** Claims of one screen, one at a time. */
export function useClaim(): UseClaim {
  const { deployment } = useChain();
  const { account } = useWallet();
  const { chainId, contracts } = deployment;
  const [asking, setAsking] = useState<Claiming | null>(null);
  const transaction = useTransaction();
  const { send: sendTransaction, reset } = transaction;
  const pending = useTransactions(chainId, account).some(
    (tx) => !isFinal(tx) && tx.to.toLowerCase() === contracts.splitter.toLowerCase(),
  );
  const ask = useCallback(
    (accounts: readonly TokenAccount[], elsewhere = false) => {
      reset();
      setAsking({ accounts: accounts.slice(0, MOST_CLAIMS), elsewhere });
    },
    [reset],
  );
  const close = useCallback(() => setAsking(null), []);
  const send = useCallback(
    async (accounts: readonly TokenAccount[], to: Address | null, label: string) => {
      setAsking(null);
      if (account === undefined) return;
      const call = claimCall(contracts, accounts, account, to ?? account);
      await sendTransaction({ label, call, chainId });
    },
    [account, contracts, chainId, sendTransaction],
  );
  return { asking, ask, close, send, transaction, pending };
}
