import type { ReactNode } from "react";
import type { Address } from "viem";
import { useChain } from "@/chain/chainContext.ts";
import { keyOf, NATIVE } from "@/chain/indexer/state.ts";
import { withdrawCall } from "@/chain/licences/order.ts";
import { creditOf } from "@/chain/licences/rules.ts";
import { useTransaction } from "@/chain/transactions/useTransaction.ts";
import { Button } from "@/ui/Button.tsx";
import { Notice } from "@/ui/Notice.tsx";
import type { Market } from "../shared/market/useMarket.ts";
import { TransactionStatus } from "../shared/TransactionStatus.tsx";

/** What the splitter holds for an account, of returns above all; nothing where there is none. */
export function Credits({ market, account }: { market: Market; account: Address }): ReactNode {
  const { deployment } = useChain();
  return [NATIVE, ...deployment.tokens].map((token) => {
    const amount = creditOf(market.state, account, token);
    return (
      <Credit
        key={keyOf(account, token)}
        token={token}
        amount={amount}
        text={market.amountOf(token, amount)}
        account={account}
      />
    );
  });
}

function Credit({
  token,
  amount,
  text,
  account,
}: {
  token: Address;
  amount: bigint;
  text: string;
  account: Address;
}): ReactNode {
  const { deployment } = useChain();
  const state = useTransaction();
  const { chainId, contracts } = deployment;
  const withdraw = (): void => {
    const call = withdrawCall(contracts.splitter, account, token);
    void state.send({ label: `Withdraw ${text}`, call, chainId });
  };
  return (
    <>
      {amount > 0n && (
        <Notice
          kind="good"
          title={`${text} is yours to withdraw`}
          testId="credit"
          actions={
            <Button size="small" busy={state.busy} onClick={withdraw} data-testid="withdraw">
              Withdraw {text}
            </Button>
          }
        >
          <p>The splitter holds it as this account&apos;s credit, from a return or a payout.</p>
        </Notice>
      )}
      <TransactionStatus state={state} />
    </>
  );
}
