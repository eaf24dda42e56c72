import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ReactNode } from "react";
import type { Address } from "viem";
import { useChain } from "@/chain/chainContext.ts";
import { explainChainError } from "@/chain/errors/explain.ts";
import { NATIVE } from "@/chain/indexer/state.ts";
import { claimableQuery } from "@/chain/queries/claimable.ts";
import { feeQuery } from "@/chain/queries/purchase.ts";
import { claimCall } from "@/chain/revenue/calls.ts";
import { readReceiver } from "@/chain/revenue/shares.ts";
import type { TokenAccount } from "@/chain/revenue/summary.ts";
import { Button } from "@/ui/Button.tsx";
import { ConfirmDialog } from "@/ui/ConfirmDialog.tsx";
import { Dialog } from "@/ui/Dialog.tsx";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { TextField } from "@/ui/TextField.tsx";
import type { Market } from "../shared/market/useMarket.ts";
import { Amount } from "./Amount.tsx";
import { copy } from "./copy.ts";
import styles from "./revenue.module.css";
import { modelText, roundedText, unitsText } from "./text.ts";
import type { Claiming, UseClaim } from "./useClaim.ts";

/** The review before a claim: asks the contract once more, and says where it differs. */
export function ClaimDialog({
  market,
  holder,
  claim,
}: {
  market: Market;
  holder: Address;
  claim: UseClaim;
}): ReactNode {
  if (claim.asking === null) return null;
  return <Review market={market} holder={holder} claim={claim} asking={claim.asking} />;
}

function Review({
  market,
  holder,
  claim,
  asking,
}: {
  market: Market;
  holder: Address;
  claim: UseClaim;
  asking: Claiming;
}): ReactNode {
  const { config, deployment } = useChain();
  const client = useQueryClient();
  const { accounts, elsewhere } = asking;
  const query = claimableQuery(config, deployment, holder, accounts, null);
  const { data, error, isFetching } = useQuery({ ...query, gcTime: 0 });
  const [text, setText] = useState("");
  const [touched, setTouched] = useState(false);
  const [confirming, setConfirming] = useState(false);
  const model = market.state.models.get(accounts[0].model);
  const receiver =
    elsewhere && model !== undefined
      ? readReceiver(text, { contracts: deployment.contracts, model })
      : null;
  const to = receiver === null || typeof receiver === "string" ? null : receiver.address;
  const said = new Map(accounts.map((account, at) => [account, data?.[at] ?? 0n]));
  const full = accounts.filter((account) => (said.get(account) ?? 0n) > 0n);
  const empty = data !== undefined && full.length === 0;
  const ready = full.length > 0 && !isFetching && (!elsewhere || to !== null);

  const send = async (): Promise<void> => {
    // Somebody may have claimed while this was being read.
    const now = await client.fetchQuery(query).catch(() => null);
    if (now === null || now.some((amount, at) => amount < (data?.[at] ?? 0n))) return;
    await claim.send(full, to, labelOf(market, full));
  };
  return (
    <>
      <Dialog
        open={!confirming}
        onOpenChange={claim.close}
        title={accounts.length > 1 ? "Claim all" : elsewhere ? "Claim to another address" : "Claim"}
        description={`On ${deployment.chain.name}. Your wallet asks you once more and shows the fee.`}
        wide
        actions={
          <>
            <Button onClick={claim.close}>Not yet</Button>
            <Button
              kind="primary"
              disabled={!ready}
              onClick={() => (elsewhere ? setConfirming(true) : void send())}
              data-testid="open-wallet"
            >
              {elsewhere ? "Review the address" : "Open the wallet"}
            </Button>
          </>
        }
      >
        {error !== null && <ErrorNotice error={explainChainError(error)} />}
        {empty && (
          <Notice kind="warn" title="There is nothing to claim" testId="nothing-to-claim">
            <p>{copy.claimed}</p>
          </Notice>
        )}
        <ul className={styles.review}>
          {accounts.map((account, at) => (
            <ReviewRow
              key={`${account.model} ${account.token}`}
              market={market}
              account={account}
              said={data?.[at]}
            />
          ))}
        </ul>
        {full.length > 0 && (
          <Fee market={market} holder={holder} accounts={full} said={said} to={to} />
        )}
        {elsewhere ? (
          <TextField
            label="Pay to"
            hint="Only you can send your income elsewhere."
            value={text}
            error={touched && typeof receiver === "string" ? receiver : null}
            spellCheck={false}
            autoComplete="off"
            onBlur={() => setTouched(true)}
            onChange={setText}
          />
        ) : (
          <p className={styles.receiver}>
            Paid to you, <code>{holder}</code>.
          </p>
        )}
      </Dialog>
      <ConfirmDialog
        open={confirming}
        onOpenChange={setConfirming}
        danger
        title="Pay it to another address?"
        description={
          <>
            <p>It cannot be called back. Compare every character:</p>
            <p>
              <code className={styles.hash} data-testid="confirm-address">
                {to}
              </code>
            </p>
          </>
        }
        confirm="Open the wallet"
        onConfirm={() => void send()}
      />
    </>
  );
}

/** What the network would take for it, and a warning where that is more than comes in. */
function Fee({
  market,
  holder,
  accounts,
  said,
  to,
}: {
  market: Market;
  holder: Address;
  accounts: readonly TokenAccount[];
  said: ReadonlyMap<TokenAccount, bigint>;
  to: Address | null;
}): ReactNode {
  const { config, deployment } = useChain();
  const { contracts, chainId } = deployment;
  const call = claimCall(contracts, accounts, holder, to ?? holder);
  const { data: fee } = useQuery(feeQuery(config, chainId, holder, call));
  if (fee == null) return null;
  const coinOnly = accounts.every(({ token }) => token === NATIVE);
  const sum = accounts.reduce((total, account) => total + (said.get(account) ?? 0n), 0n);
  return (
    <>
      <p className={styles.soft} data-testid="fee">
        The network takes about {roundedText(market, NATIVE, fee)} for it, out of your own coin.
      </p>
      {coinOnly && fee >= sum && (
        <Notice kind="warn" title="The fee is more than what you claim" testId="fee-too-high">
          <p>It goes on adding up, so you can wait until there is more.</p>
        </Notice>
      )}
    </>
  );
}

function ReviewRow({
  market,
  account,
  said,
}: {
  market: Market;
  account: TokenAccount;
  said: bigint | undefined;
}): ReactNode {
  const { model, token, claimable } = account;
  return (
    <li>
      <span className={styles.name}>{modelText(market, model)}</span>
      <Amount
        market={market}
        token={token}
        amount={said ?? claimable}
        testId={`review-${model}-${market.tokenOf(token).symbol}`}
      />
      {said !== undefined && said !== claimable && (
        <small data-testid="review-differs">
          The contract says {unitsText(token, said)}, the events read so far give{" "}
          {unitsText(token, claimable)}. The contract decides.
        </small>
      )}
    </li>
  );
}

function labelOf(market: Market, accounts: readonly TokenAccount[]): string {
  const [first] = accounts;
  if (accounts.length > 1) return `Claim ${accounts.length} sums of revenue`;
  return `Claim ${market.tokenOf(first.token).symbol} of ${modelText(market, first.model)}`.slice(
    0,
    120,
  );
}
