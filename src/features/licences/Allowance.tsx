import { useQueries } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Address } from "viem";
import { useChain } from "@/chain/chainContext.ts";
import { meansQuery } from "@/chain/queries/purchase.ts";
import { approveCall } from "@/chain/licences/order.ts";
import { useTransaction } from "@/chain/transactions/useTransaction.ts";
import { Button } from "@/ui/Button.tsx";
import { Notice } from "@/ui/Notice.tsx";
import type { Market } from "../shared/market/useMarket.ts";
import { TransactionStatus } from "../shared/TransactionStatus.tsx";
import { copy } from "./copy.ts";

/** Says what the splitter may still take of a token, and takes it back. */
export function AllowanceLeft({
  token,
  amount,
  text,
  why,
}: {
  token: Address;
  /** In the token's smallest unit. */
  amount: bigint;
  /** The amount with its symbol. */
  text: string;
  why: string;
}): ReactNode {
  const { deployment } = useChain();
  const state = useTransaction();
  const back = (): void => {
    const call = approveCall(token, deployment.contracts.splitter, 0n);
    void state.send({ label: `Take back ${text}`, call, chainId: deployment.chainId });
  };
  if (amount === 0n) return null;
  return (
    <>
      <Notice
        kind="info"
        title={`The market may take ${text} of this account`}
        testId="allowance-left"
        actions={
          <Button size="small" busy={state.busy} onClick={back} data-testid="take-back">
            Take it back
          </Button>
        }
      >
        <p>{why}</p>
      </Notice>
      <TransactionStatus state={state} />
    </>
  );
}

/** Whatever an account still allows the splitter of the market's tokens. */
export function Allowances({ market, account }: { market: Market; account: Address }): ReactNode {
  const { config, deployment } = useChain();
  const { tokens } = deployment;
  const means = useQueries({
    queries: tokens.map((token) => meansQuery(config, deployment, token, account)),
  });
  return tokens.map((token, place) => {
    const amount = means[place].data?.allowance ?? 0n;
    return (
      <AllowanceLeft
        key={`${account} ${token}`}
        token={token}
        amount={amount}
        text={market.amountOf(token, amount)}
        why={copy.leftOver}
      />
    );
  });
}
