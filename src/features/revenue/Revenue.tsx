import { Link } from "@tanstack/react-router";
import { Coins, Wallet } from "lucide-react";
import { useMemo } from "react";
import type { ReactNode } from "react";
import type { Address } from "viem";
import { MOST_CLAIMS } from "@/chain/revenue/calls.ts";
import { percentOf } from "@/chain/revenue/shares.ts";
import { holdingsOf, totalsOf, type Holding } from "@/chain/revenue/summary.ts";
import { Badge } from "@/ui/Badge.tsx";
import { Button } from "@/ui/Button.tsx";
import { Actions, Card } from "@/ui/Card.tsx";
import { EmptyState } from "@/ui/EmptyState.tsx";
import { Screen } from "@/ui/Screen.tsx";
import { openConnectDialog } from "../shared/connectDialog.ts";
import { SyncNotice } from "../shared/market/SyncNotice.tsx";
import { useMarket, type Market } from "../shared/market/useMarket.ts";
import { Amount } from "./Amount.tsx";
import { ClaimDialog } from "./ClaimDialog.tsx";
import { ClaimList } from "./ClaimList.tsx";
import { ClaimOutcome } from "./ClaimOutcome.tsx";
import { copy } from "./copy.ts";
import styles from "./revenue.module.css";
import { roundedText } from "./text.ts";
import { useClaim } from "./useClaim.ts";

/** Everything that the connected account earns from shares of models. */
export function Revenue(): ReactNode {
  const market = useMarket();
  const { account } = market;
  return (
    <Screen title={copy.title} lead={copy.lead}>
      <SyncNotice market={market} />
      {account === undefined ? (
        <NoWallet />
      ) : (
        <Holdings key={account} market={market} holder={account} />
      )}
    </Screen>
  );
}

/** What stands where an account's own figures would. */
export function NoWallet(): ReactNode {
  return (
    <EmptyState
      icon={<Wallet aria-hidden />}
      title={copy.noWallet.title}
      action={
        <Button kind="primary" onClick={openConnectDialog}>
          Connect a wallet
        </Button>
      }
    >
      {copy.noWallet.text}
    </EmptyState>
  );
}

function Holdings({ market, holder }: { market: Market; holder: Address }): ReactNode {
  const claim = useClaim();
  const holdings = useMemo(() => holdingsOf(market.state, holder), [market.state, holder]);
  const accounts = useMemo(() => holdings.flatMap((holding) => holding.accounts), [holdings]);
  const full = accounts.filter(({ claimable }) => claimable > 0n);
  if (holdings.length === 0) {
    if (!market.ready) return null;
    return (
      <EmptyState
        icon={<Coins aria-hidden />}
        title={copy.none.title}
        action={<Link to="/market">See the models</Link>}
      >
        {copy.none.text}
      </EmptyState>
    );
  }
  return (
    <>
      <Card
        title="To claim"
        testId="claims"
        aside={
          <Button
            kind="primary"
            disabled={full.length === 0 || claim.sending.busy}
            onClick={() => claim.ask(full)}
            data-testid="claim-all"
          >
            {full.length > MOST_CLAIMS ? `Claim the first ${MOST_CLAIMS}` : "Claim all"}
          </Button>
        }
      >
        <ClaimOutcome market={market} claim={claim} />
        {accounts.length === 0 ? (
          <p className={styles.soft}>Your shares have not earned anything yet.</p>
        ) : (
          <>
            <div className={styles.totals}>
              {totalsOf(accounts).map(({ token, claimable, earned, claimed }) => (
                <div key={token} data-testid={`total-${market.tokenOf(token).symbol}`}>
                  <Amount market={market} token={token} amount={claimable} />
                  <small>
                    of {roundedText(market, token, earned)} earned,{" "}
                    {roundedText(market, token, claimed)} claimed
                  </small>
                </div>
              ))}
            </div>
            <ClaimList {...{ market, holder, accounts, claim }} named />
          </>
        )}
      </Card>
      <div className={styles.grid}>
        {holdings.map((holding) => (
          <HoldingCard key={String(holding.model.id)} market={market} holding={holding} />
        ))}
      </div>
      <ClaimDialog market={market} holder={holder} claim={claim} />
    </>
  );
}

function HoldingCard({ market, holding }: { market: Market; holding: Holding }): ReactNode {
  const { model, shares, supply } = holding;
  return (
    <Card
      title={market.nameOf(model)}
      testId={`holding-${model.id}`}
      aside={
        <>
          {model.governor !== null && <Badge tone="accent">DAO</Badge>}
          <Badge>model #{String(model.id)}</Badge>
        </>
      }
    >
      <p>
        {shares === 0n
          ? "You hold no shares now; what you earned is still yours."
          : `${shares.toLocaleString("en-GB")} of ${supply.toLocaleString("en-GB")} shares, ${percentOf(shares, supply)}`}
      </p>
      <Actions>
        <Link to="/revenue/$model" params={{ model: String(model.id) }}>
          Statement and shares
        </Link>
        <Link to="/market/$model" params={{ model: String(model.id) }}>
          Model page
        </Link>
      </Actions>
    </Card>
  );
}
