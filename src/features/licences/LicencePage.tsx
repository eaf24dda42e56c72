import { Link, useParams } from "@tanstack/react-router";
import { SearchX } from "lucide-react";
import type { ReactNode } from "react";
import type { Licence } from "@/chain/indexer/state.ts";
import { termsOfLicence } from "@/chain/indexer/select/models.ts";
import { kindName, standingOf } from "@/chain/licences/rules.ts";
import { Badge } from "@/ui/Badge.tsx";
import { Button } from "@/ui/Button.tsx";
import { Card } from "@/ui/Card.tsx";
import { EmptyState } from "@/ui/EmptyState.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { Screen } from "@/ui/Screen.tsx";
import { Stats } from "@/ui/Stat.tsx";
import { openConnectDialog } from "../shared/connectDialog.ts";
import { Hex } from "../shared/market/ChainText.tsx";
import { dateText, expiryText, quotaText } from "../shared/market/describe.ts";
import { SyncNotice } from "../shared/market/SyncNotice.tsx";
import { useMarket, type Market } from "../shared/market/useMarket.ts";
import { Credits } from "./Credits.tsx";
import { EVENTS, TONES } from "./describeLicence.ts";
import { HandOver } from "./HandOver.tsx";
import styles from "./licences.module.css";
import { originText } from "./originText.ts";
import { Renew } from "./Renew.tsx";
import { Return } from "./Return.tsx";
import { useNow } from "./useNow.ts";

/** `/licences/$id`: one licence and all that can be done with it. */
export function LicencePage(): ReactNode {
  // Any text: it comes from the page's address.
  const { id = "" } = useParams({ strict: false });
  const market = useMarket();
  const licence = /^[1-9]\d{0,18}$/.test(id) ? market.state.licences.get(BigInt(id)) : undefined;
  if (licence === undefined) {
    return (
      <Screen title={`Licence ${id.slice(0, 20)}`}>
        <SyncNotice market={market} />
        {market.ready && (
          <EmptyState
            icon={<SearchX aria-hidden />}
            title="There is no such licence here"
            action={<Link to="/licences">Your licences</Link>}
          >
            It may be on another network, or the chain may have taken its purchase back.
          </EmptyState>
        )}
      </Screen>
    );
  }
  return (
    <Screen title={`Licence #${id}`} lead={<Lead licence={licence} market={market} />}>
      <SyncNotice market={market} />
      <Parts key={id} licence={licence} market={market} />
    </Screen>
  );
}

function Lead({ licence, market }: { licence: Licence; market: Market }): ReactNode {
  const model = market.state.models.get(licence.model);
  return (
    <>
      <span className={styles.chainText}>{kindName(market.state, licence)}</span> of{" "}
      <Link
        to="/market/$model"
        params={{ model: String(licence.model) }}
        className={styles.chainText}
      >
        {model === undefined ? `model ${licence.model}` : market.nameOf(model)}
      </Link>
      , {originText(licence, market.account)}.
    </>
  );
}

function Parts({ licence, market }: { licence: Licence; market: Market }): ReactNode {
  const { state, account } = market;
  const now = useNow();
  const standing = standingOf(licence, now, termsOfLicence(state, licence)?.duration);
  const holds = licence.holder === account;
  return (
    <>
      {account !== undefined && <Credits market={market} account={account} />}
      <Card
        title="State"
        aside={<Badge tone={TONES[standing]}>{standing}</Badge>}
        testId="licence-state"
      >
        <Facts licence={licence} market={market} />
        {standing !== "returned" && (
          <p className={styles.links}>
            <Link to="/permissions" search={{ licence: String(licence.id) }}>
              Permissions of this licence
            </Link>
          </p>
        )}
      </Card>
      {!holds && standing !== "returned" && (
        <Notice
          kind="info"
          title={account === undefined ? "Is it yours?" : "Another account holds this licence"}
          testId="not-holder"
          actions={
            account === undefined ? (
              <Button size="small" onClick={openConnectDialog}>
                Connect a wallet
              </Button>
            ) : undefined
          }
        >
          <p>
            {account === undefined
              ? "Connect the account that holds it to renew it, return it or hand it over."
              : "Switch the wallet to its holder to renew it, return it or hand it over."}
          </p>
        </Notice>
      )}
      {holds && account !== undefined && (
        <div className={styles.columns}>
          {standing !== "returned" && <Renew licence={licence} market={market} now={now} />}
          <div className={styles.stack}>
            <Return licence={licence} market={market} now={now} account={account} />
            {standing !== "returned" && (
              <HandOver licence={licence} market={market} now={now} account={account} />
            )}
          </div>
        </div>
      )}
      <Card title="History" testId="licence-history">
        <ol className={styles.history}>
          {licence.history.map(({ what, at }) => (
            <li key={`${what} ${at.transaction}`}>
              <span>
                {EVENTS[what]} on {dateText(at.timeSeconds)}, block {String(at.block)}
              </span>
              {what !== "cancelled" && (
                <Link to="/receipts/$tx" params={{ tx: at.transaction }}>
                  Receipt<span className="visually-hidden"> of block {String(at.block)}</span>
                </Link>
              )}
            </li>
          ))}
        </ol>
      </Card>
    </>
  );
}

function Facts({ licence, market }: { licence: Licence; market: Market }): ReactNode {
  const terms = termsOfLicence(market.state, licence);
  return (
    <Stats
      entries={[
        {
          label: "Until",
          value: licence.ended === "refunded" ? "returned" : expiryText(licence.expires),
        },
        { label: "Calls left", value: quotaText(licence.quota) },
        { label: "Channels open", value: String(licence.channels) },
        { label: "Holder", value: <Hex value={licence.holder} label="the holder's address" /> },
        { label: "Bought for", value: market.amountOf(licence.token, licence.price) },
        {
          label: "Terms",
          value:
            terms === undefined ? (
              "not known"
            ) : (
              <Hex value={terms.termsHash} label="the hash of the terms" />
            ),
          note: `version ${licence.version}`,
        },
        {
          label: "Licence text",
          value:
            terms === undefined ? (
              "not known"
            ) : (
              <Hex value={terms.textHash} label="the hash of the licence text" />
            ),
        },
      ]}
    />
  );
}
