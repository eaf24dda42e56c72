import { Link } from "@tanstack/react-router";
import { CircleCheck } from "lucide-react";
import type { ReactNode } from "react";
import type { Address } from "viem";
import type { TokenAccount } from "@/chain/revenue/summary.ts";
import { Button } from "@/ui/Button.tsx";
import { Notice } from "@/ui/Notice.tsx";
import type { Market } from "../shared/market/useMarket.ts";
import { Amount } from "./Amount.tsx";
import { copy } from "./copy.ts";
import styles from "./revenue.module.css";
import { modelText, roundedText, unitsText } from "./text.ts";
import type { UseClaim } from "./useClaim.ts";
import { useContractCheck, type ContractCheck } from "./useContractCheck.ts";

/** What can be claimed of each model in each token, as the events and the contract have it. */
export function ClaimList({
  market,
  holder,
  accounts,
  claim,
  named,
}: {
  market: Market;
  holder: Address;
  accounts: readonly TokenAccount[];
  claim: UseClaim;
  /** Whether the models' names are told. */
  named: boolean;
}): ReactNode {
  const check = useContractCheck(market, holder, accounts);
  return (
    <>
      <ul className={styles.claims}>
        {accounts.map((account) => (
          <ClaimRow
            key={`${account.model} ${account.token}`}
            {...{ market, account, claim, named, check }}
          />
        ))}
      </ul>
      <CheckText check={check} />
    </>
  );
}

function ClaimRow({
  market,
  account,
  claim,
  named,
  check,
}: {
  market: Market;
  account: TokenAccount;
  claim: UseClaim;
  named: boolean;
  check: ContractCheck;
}): ReactNode {
  const { model, token, claimed, claimable } = account;
  const { symbol } = market.tokenOf(token);
  const what = `${symbol} of ${modelText(market, model)}`;
  const said = check.amountOf(account);
  const nothing = (said ?? claimable) === 0n;
  const disabled = nothing || claim.sending.busy;
  return (
    <li className={styles.claim} data-testid={`pot-${model}-${symbol}`}>
      <div className={styles.pot}>
        {named ? (
          <Link to="/revenue/$model" params={{ model: String(model) }} className={styles.name}>
            {modelText(market, model)}
          </Link>
        ) : (
          <span className={styles.name}>{symbol}</span>
        )}
        <small>
          {named && `${symbol}, `}claimed so far {roundedText(market, token, claimed)}
        </small>
      </div>
      <Amount market={market} token={token} amount={claimable} testId="claimable" />
      <div className={styles.buttons}>
        <Button
          size="small"
          kind="primary"
          disabled={disabled}
          aria-label={`Claim ${what}`}
          onClick={() => claim.ask([account])}
        >
          Claim
        </Button>
        <Button
          size="small"
          disabled={disabled}
          aria-label={`Claim to… another address, ${what}`}
          onClick={() => claim.ask([account], true)}
        >
          Claim to…
        </Button>
      </div>
      {check.differs(account) && said !== undefined && (
        <Notice kind="warn" title="The contract says otherwise" testId="differs">
          <p>
            It would pay {unitsText(token, said)}, the events give {unitsText(token, claimable)}.{" "}
            {copy.differs}
          </p>
        </Notice>
      )}
    </li>
  );
}

function CheckText({ check }: { check: ContractCheck }): ReactNode {
  return (
    <p className={styles.check} role="status" data-testid="contract-check">
      {check.status === "read" && <CircleCheck aria-hidden />}
      {check.status === "read"
        ? "Read back from the contract after the same block."
        : check.status === "failed"
          ? "The contract could not be asked; it will be before you claim."
          : "Asking the contract…"}
    </p>
  );
}
