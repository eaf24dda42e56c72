import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useChain, useWallet } from "@/chain/chainContext.ts";
import { CHAIN } from "@/chain/queries/keys.ts";
import { followOtherTabs, useLedger } from "@/chain/transactions/ledger.ts";
import { resumeTransactions } from "@/chain/transactions/send.ts";
import type { Transaction } from "@/chain/transactions/transaction.ts";

/** Goes on watching what was on its way, and asks for chain data again when something was confirmed. */
export function useFollowing(): void {
  const { config, deployments } = useChain();
  const { account } = useWallet();
  const queries = useQueryClient();
  useEffect(followOtherTabs, []);
  useEffect(() => {
    if (account === undefined) return;
    for (const deployment of deployments) {
      resumeTransactions({ config, deployments }, deployment, account);
    }
  }, [account, config, deployments]);
  useEffect(() => {
    let before = ended(useLedger.getState().books);
    return useLedger.subscribe(({ books }) => {
      const now = ended(books);
      if (now === before) return;
      before = now;
      void queries.invalidateQueries({ queryKey: [CHAIN] });
    });
  }, [queries]);
}

/** Which transactions stand in a block, as one text. */
function ended(books: Readonly<Record<string, readonly Transaction[]>>): string {
  return Object.values(books)
    .flat()
    .filter(({ block }) => block !== null)
    .map(({ id, step }) => `${id}:${step}`)
    .sort()
    .join();
}
