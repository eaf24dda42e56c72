import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { ReactNode } from "react";
import type { Address, Hex } from "viem";
import { useChain, useWallet } from "@/chain/chainContext.ts";
import { explainChainError } from "@/chain/errors/explain.ts";
import { NATIVE } from "@/chain/indexer/state.ts";
import { allowanceStep } from "@/chain/licences/allowance.ts";
import { approveCall } from "@/chain/licences/order.ts";
import { signPermit } from "@/chain/licences/signPermit.ts";
import { meansQuery, permitQuery, type MeansReading } from "@/chain/queries/purchase.ts";
import type { Call } from "@/chain/transactions/send.ts";
import { useTransaction, type UseTransaction } from "@/chain/transactions/useTransaction.ts";
import { Button } from "@/ui/Button.tsx";
import { Actions } from "@/ui/Card.tsx";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { Notice } from "@/ui/Notice.tsx";
import type { StatEntry } from "@/ui/Stat.tsx";
import { Switch } from "@/ui/Switch.tsx";
import { openConnectDialog } from "../shared/connectDialog.ts";
import type { Market } from "../shared/market/useMarket.ts";
import { ReviewDialog } from "../shared/send/ReviewDialog.tsx";
import type { Known, Sendable } from "../shared/send/sendable.ts";
import { SendStatus } from "../shared/send/SendStatus.tsx";
import { useSending, type Sending } from "../shared/send/useSending.ts";
import { TransactionStatus } from "../shared/TransactionStatus.tsx";
import { AllowanceLeft } from "./Allowance.tsx";
import { copy } from "./copy.ts";
import { Done } from "./Done.tsx";
import styles from "./licences.module.css";

export interface PayStepsProps {
  market: Market;
  /** What is to be filled in; gives way to the receipt. */
  fields: ReactNode;
  /** As a verb: "Buy this licence". */
  label: string;
  /** What leads back to the form afterwards. */
  again: string;
  /** Under which the transaction is kept. */
  txLabel: string;
  token: Address;
  /** In the token's smallest unit. */
  price: bigint;
  /** Null while the form is not complete. */
  call: Call | null;
  /** The same by a signed permit; null where the contract takes none. */
  withPermit: ((deadline: bigint, signature: Hex) => Call) | null;
  review: readonly StatEntry[];
  warning?: string | undefined;
  /** Whether a transaction is one of this form's. */
  known: Known;
}

/** Everything between a filled form and its receipt: means, allowance, review, wallet, chain. */
export function PaySteps(props: PayStepsProps): ReactNode {
  const { market, token } = props;
  const { account } = useWallet();
  const state = useSending(props.known);
  const { transaction } = state;
  const approval = useTransaction();
  const [last, setLast] = useState({ token, account });
  const reset = (): void => {
    state.reset();
    approval.reset();
  };
  if (last.token !== token || last.account !== account) {
    setLast({ token, account });
    reset();
  }

  if (account !== undefined && transaction?.step === "confirmed") {
    return (
      <div className={styles.stack}>
        <TransactionStatus state={state} />
        <Done transaction={transaction} market={market} />
        <Actions>
          <Button onClick={reset}>{props.again}</Button>
        </Actions>
      </div>
    );
  }
  return (
    <div className={styles.stack}>
      {props.fields}
      {account === undefined ? (
        <Actions>
          <Button kind="primary" onClick={openConnectDialog} data-testid="pay-connect">
            Connect a wallet
          </Button>
        </Actions>
      ) : (
        <WithMeans key={token} {...props} account={account} state={state} approval={approval} />
      )}
    </div>
  );
}

interface WithAccount extends PayStepsProps {
  account: Address;
  state: Sending;
  approval: UseTransaction;
}

function WithMeans(props: WithAccount): ReactNode {
  const { token, account } = props;
  const { config, deployment } = useChain();
  const means = useQuery(meansQuery(config, deployment, token, account));
  const permits = useQuery(permitQuery(config, deployment.chainId, token, account));
  const failed = means.error ?? permits.error;
  if (failed !== null) return <ErrorNotice error={explainChainError(failed)} />;
  if (means.data === undefined || permits.data === undefined) {
    return <p role="status">Reading what the account has…</p>;
  }
  return <Steps {...props} {...means.data} permits={permits.data} />;
}

function Steps(props: WithAccount & MeansReading & { permits: boolean }): ReactNode {
  const { market, label, token, price, call, withPermit, state, approval } = props;
  const { balance, allowance } = props;
  const { config, deployments, deployment } = useChain();
  const { networkKnown } = useWallet();
  const [separately, setSeparately] = useState(false);
  const [asking, setAsking] = useState<Sendable | null>(null);
  const canPermit = withPermit !== null && props.permits && price > 0n;
  const byPermit = canPermit && !separately;
  const step = token === NATIVE || byPermit ? "ready" : allowanceStep(allowance, price);
  const text = market.amountOf(token, price);
  const mayPay = call !== null && networkKnown && balance >= price && !state.busy;

  const approve = (): void => {
    const toApprove = approveCall(token, deployment.contracts.splitter, price);
    const { chainId } = deployment;
    void approval.send({ label: `Allow ${text}`, call: toApprove, chainId });
  };
  const signAndCall = async (): Promise<Call> => {
    if (call === null || withPermit === null) throw new Error("there is nothing to sign");
    try {
      const setup = { config, deployments };
      const signed = await signPermit(setup, deployment.chainId, token, price);
      return withPermit(signed.deadline, signed.signature);
    } catch (error) {
      throw explainChainError(error);
    }
  };
  const toSend: Sendable | null = call !== null && byPermit ? { ...call, make: signAndCall } : call;
  const pay = (): void => {
    setAsking(null);
    if (toSend !== null) void state.begin(props.txLabel, toSend);
  };

  return (
    <>
      {canPermit && (
        <Switch
          label="Allow it in a transaction of its own instead of a signed permit"
          checked={separately}
          onChange={setSeparately}
        />
      )}
      {token !== NATIVE && price > 0n && (
        <p className={styles.soft}>
          {byPermit
            ? copy.buy.permit
            : withPermit === null
              ? copy.buy.renewAllowance
              : copy.buy.allowance}{" "}
          {withPermit !== null && !props.permits && copy.buy.noPermit}
        </p>
      )}
      <Funds market={market} token={token} have={balance} need={price} />
      {step === "clear" && <p className={styles.soft}>{copy.buy.clear}</p>}
      {!state.busy && !approval.busy && (
        <AllowanceLeft
          token={token}
          amount={allowance}
          text={market.amountOf(token, allowance)}
          why={step === "excess" ? copy.buy.excess : copy.leftOver}
        />
      )}
      {!networkKnown && (
        <Notice kind="warn" title="The wallet is on another network">
          <p>Switch it to {deployment.chain.name} to go on.</p>
        </Notice>
      )}
      <TransactionStatus state={approval} />
      <SendStatus
        sending={state}
        making={
          <Notice kind="info" title="Sign the permit in your wallet" testId="permit-signing">
            <p>It shows {text} and the splitter&apos;s address. The purchase is asked for next.</p>
          </Notice>
        }
      />
      <Actions>
        {step === "approve" && (
          <Button
            kind="primary"
            disabled={!mayPay}
            busy={approval.busy}
            onClick={approve}
            data-testid="approve"
          >
            Allow exactly {text}
          </Button>
        )}
        <Button
          kind={step === "approve" ? "plain" : "primary"}
          disabled={!mayPay || step === "approve" || step === "clear"}
          busy={state.busy}
          onClick={() => setAsking(toSend)}
          data-testid="pay"
        >
          {label}
        </Button>
      </Actions>
      <ReviewDialog
        asked={asking}
        now={toSend}
        title={label}
        twice={byPermit}
        review={props.review}
        warning={props.warning}
        onClose={() => setAsking(null)}
        onSend={pay}
      />
    </>
  );
}

/** What the account has and needs, and on the local chain where to get more. */
function Funds({
  market,
  token,
  have,
  need,
}: {
  market: Market;
  token: Address;
  have: bigint;
  need: bigint;
}): ReactNode {
  const { deployment } = useChain();
  if (have >= need) {
    return (
      <p className={styles.soft} data-testid="funds">
        You have {market.roughOf(token, have)}.
      </p>
    );
  }
  const isTest = deployment.testDollar?.toLowerCase() === token.toLowerCase();
  return (
    <Notice
      kind="warn"
      title={`You have ${market.amountOf(token, have)} and need ${market.amountOf(token, need)}`}
      testId="funds-short"
    >
      {isTest ? (
        <p>
          Anyone may make test dollars: the account&apos;s menu at the top has a button for it, and
          the <Link to="/wallet">wallet screen</Link> says who is who on this chain.
        </p>
      ) : (
        <p>Add to the account, pay with another coin, or connect another account.</p>
      )}
    </Notice>
  );
}
