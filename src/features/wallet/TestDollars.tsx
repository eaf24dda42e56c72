import type { ReactNode } from "react";
import type { Address } from "viem";
import { useChain, useWallet } from "@/chain/chainContext.ts";
import { testDollarAbi } from "@/chain/generated/testDollar.ts";
import { contractCall } from "@/chain/transactions/send.ts";
import { useTransaction } from "@/chain/transactions/useTransaction.ts";
import { Button } from "@/ui/Button.tsx";
import { TransactionStatus } from "../shared/TransactionStatus.tsx";
import styles from "./wallet.module.css";

const AMOUNT = 1_000_000_000n;

/** On the local chain anyone may make test dollars, which licences are sold for. */
export function TestDollars({ account }: { account: Address }): ReactNode {
  const { deployment } = useChain();
  const { networkKnown } = useWallet();
  const state = useTransaction();
  const { testDollar, chainId } = deployment;
  if (testDollar === null || !networkKnown) return null;
  const mint = (): void => {
    const call = contractCall({
      address: testDollar,
      abi: testDollarAbi,
      functionName: "mint",
      args: [account, AMOUNT],
    });
    void state.send({ label: "Get 1,000 test dollars", call, chainId });
  };
  return (
    <div className={styles.stack}>
      <Button size="small" busy={state.busy} onClick={mint} data-testid="mint">
        Get 1,000 test dollars
      </Button>
      <TransactionStatus state={state} />
    </div>
  );
}
