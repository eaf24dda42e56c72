import { Link, useParams } from "@tanstack/react-router";
import { ArrowLeft, SearchX } from "lucide-react";
import { useMemo } from "react";
import type { ReactNode } from "react";
import type { Address } from "viem";
import { percentOf } from "@/chain/revenue/shares.ts";
import { holdingOf, type Holding } from "@/chain/revenue/summary.ts";
import { Button } from "@/ui/Button.tsx";
import { Card } from "@/ui/Card.tsx";
import { EmptyState } from "@/ui/EmptyState.tsx";
import { Screen } from "@/ui/Screen.tsx";
import { Stats } from "@/ui/Stat.tsx";
import { SyncNotice } from "../shared/market/SyncNotice.tsx";
import { useMarket, type Market } from "../shared/market/useMarket.ts";
import { AdmitImprover } from "./AdmitImprover.tsx";
import { ClaimDialog } from "./ClaimDialog.tsx";
import { ClaimList } from "./ClaimList.tsx";
import { ClaimOutcome } from "./ClaimOutcome.tsx";
import { Holder } from "./Holder.tsx";
import { NoWallet } from "./Revenue.tsx";
import styles from "./revenue.module.css";
import { SendShares } from "./SendShares.tsx";
import { IncomeStatement } from "./IncomeStatement.tsx";
import { useClaim } from "./useClaim.ts";

/** One model's revenue for the connected account, and what it can do with its shares. */
export function RevenueModel(): ReactNode {
  // Any text: it comes from the page's address.
  const { model: id = "" } = useParams({ strict: false });
  const market = useMarket();
  const model = [...market.state.models.values()].find((one) => String(one.id) === id);
  const { account } = market;
  return (
    <Screen
      title={model === undefined ? "Revenue" : `Revenue of ${market.nameOf(model)}`}
      lead={
        <Link to="/revenue" className={styles.back}>
          <ArrowLeft aria-hidden /> All revenue
        </Link>
      }
    >
      <SyncNotice market={market} />
      {model === undefined && market.ready && (
        <EmptyState icon={<SearchX aria-hidden />} title="There is no such model here">
          It may be on another network, or the chain may have taken its registration back.
        </EmptyState>
      )}
      {model !== undefined && account === undefined && <NoWallet />}
      {model !== undefined && account !== undefined && (
        <Sections
          key={`${account} ${id}`}
          market={market}
          holder={account}
          holding={holdingOf(market.state, model, account)}
        />
      )}
    </Screen>
  );
}

function Sections({
  market,
  holder,
  holding,
}: {
  market: Market;
  holder: Address;
  holding: Holding;
}): ReactNode {
  const claim = useClaim();
  const { model, accounts } = holding;
  const full = useMemo(() => accounts.filter(({ claimable }) => claimable > 0n), [accounts]);
  return (
    <>
      <Card title="Shares" testId="shares">
        <ShareFacts market={market} holding={holding} />
      </Card>
      <Card
        title="To claim"
        testId="claims"
        aside={
          full.length > 1 && (
            <Button
              kind="primary"
              disabled={claim.sending.busy}
              onClick={() => claim.ask(full)}
              data-testid="claim-all"
            >
              Claim all
            </Button>
          )
        }
      >
        <ClaimOutcome market={market} claim={claim} />
        {accounts.length === 0 ? (
          <p className={styles.soft}>This account has not earned anything of this model.</p>
        ) : (
          <ClaimList {...{ market, holder, accounts, claim }} named={false} />
        )}
      </Card>
      <IncomeStatement market={market} model={model} holder={holder} />
      {model.shares !== null && (
        <>
          <SendShares market={market} holding={holding} holder={holder} />
          <AdmitImprover market={market} holding={holding} holder={holder} />
        </>
      )}
      <ClaimDialog market={market} holder={holder} claim={claim} />
    </>
  );
}

function ShareFacts({ market, holding }: { market: Market; holding: Holding }): ReactNode {
  const { model, shares, supply, votes, delegate } = holding;
  const number = (value: bigint): string => value.toLocaleString("en-GB");
  if (model.shares === null) return <p>This model&apos;s shares have not been opened yet.</p>;
  return (
    <Stats
      entries={[
        { label: "Yours", value: number(shares), note: `${percentOf(shares, supply)} of all` },
        {
          label: "All shares",
          value: number(supply),
          note:
            model.shareEpoch === 0
              ? "as they were opened"
              : `new ones were issued ${model.shareEpoch === 1 ? "once" : `${model.shareEpoch} times`}`,
        },
        {
          label: "Votes",
          value: number(votes),
          note:
            shares === 0n ? undefined : delegate === null ? (
              "your shares vote for nobody"
            ) : delegate === market.account ? (
              "your shares vote for you"
            ) : (
              <>
                your shares vote for <Holder market={market} address={delegate} />
              </>
            ),
        },
        {
          label: "Decisions",
          value: model.governor === null ? "by the owner" : "by vote",
          note:
            model.governor === null ? (
              <Holder market={market} address={model.owner} />
            ) : (
              <a href={`#/govern/${model.id}`}>vote and delegate</a>
            ),
        },
      ]}
    />
  );
}
