import { Link } from "@tanstack/react-router";
import { KeyRound, Wallet } from "lucide-react";
import { useMemo, useState } from "react";
import type { ReactNode } from "react";
import type { Address } from "viem";
import type { Licence } from "@/chain/indexer/state.ts";
import { termsOfLicence } from "@/chain/indexer/select/models.ts";
import { kindName, refundOf, renewalOf, standingOf, transferBar } from "@/chain/licences/rules.ts";
import { Badge } from "@/ui/Badge.tsx";
import { Button } from "@/ui/Button.tsx";
import { Card } from "@/ui/Card.tsx";
import { DataTable } from "@/ui/DataTable.tsx";
import { EmptyState } from "@/ui/EmptyState.tsx";
import { Screen } from "@/ui/Screen.tsx";
import { Stats } from "@/ui/Stat.tsx";
import { shortHex } from "../shared/chainText.ts";
import { openConnectDialog } from "../shared/connectDialog.ts";
import { dateText, expiryText, quotaText } from "../shared/market/describe.ts";
import { SyncNotice } from "../shared/market/SyncNotice.tsx";
import { useMarket, type Market } from "../shared/market/useMarket.ts";
import { Allowances } from "./Allowance.tsx";
import { copy } from "./copy.ts";
import { Credits } from "./Credits.tsx";
import { TONES } from "./describeLicence.ts";
import styles from "./licences.module.css";
import { originText } from "./originText.ts";
import { useNow } from "./useNow.ts";

const PAGE = 40;

/** `/licences`: all that the account holds, held once or returned. */
export function Licences(): ReactNode {
  const market = useMarket();
  const { state, account } = market;
  const now = useNow();
  const [shown, setShown] = useState(PAGE);
  const mine = useMemo(
    () => [...state.licences.values()].filter(({ holder }) => holder === account).toReversed(),
    [state.licences, account],
  );
  return (
    <Screen title={copy.licences.title} lead={copy.licences.lead}>
      <SyncNotice market={market} />
      {account === undefined ? (
        <EmptyState
          icon={<Wallet aria-hidden />}
          title={copy.licences.connect}
          action={
            <Button kind="primary" onClick={openConnectDialog}>
              Connect a wallet
            </Button>
          }
        >
          {copy.licences.connectHint}
        </EmptyState>
      ) : (
        <>
          <Credits market={market} account={account} />
          <Allowances market={market} account={account} />
          {mine.length === 0 && market.ready && (
            <EmptyState
              icon={<KeyRound aria-hidden />}
              title={copy.licences.none}
              action={<Link to="/market">To the market</Link>}
            >
              {copy.licences.noneHint}
            </EmptyState>
          )}
          <ul className={styles.list} data-testid="licence-list">
            {mine.slice(0, shown).map((licence) => (
              <LicenceTile key={String(licence.id)} licence={licence} market={market} now={now} />
            ))}
          </ul>
          {mine.length > shown && (
            <Button onClick={() => setShown(shown + PAGE)}>
              Show {Math.min(PAGE, mine.length - shown)} more
            </Button>
          )}
          <PaidForOthers market={market} account={account} />
        </>
      )}
    </Screen>
  );
}

/** What the account paid and others hold: bought for them, or handed over since. */
function PaidForOthers({ market, account }: { market: Market; account: Address }): ReactNode {
  const { licences } = market.state;
  const others = useMemo(
    () =>
      [...licences.values()]
        .filter(({ payer, holder }) => payer === account && holder !== account)
        .toReversed(),
    [licences, account],
  );
  if (others.length === 0) return null;
  return (
    <Card title="Paid by this account, held by others" testId="paid-for-others">
      <DataTable
        caption="Licences that this account paid and others hold"
        rows={others}
        rowKey={({ id }) => String(id)}
        columns={[
          {
            key: "id",
            header: "Number",
            render: ({ id }) => (
              <Link to="/licences/$id" params={{ id: String(id) }}>
                #{String(id)}
              </Link>
            ),
          },
          {
            key: "kind",
            header: "Licence",
            render: (licence) => kindName(market.state, licence),
            grow: true,
          },
          { key: "holder", header: "Holder", render: ({ holder }) => shortHex(holder), mono: true },
          {
            key: "paid",
            header: "Paid",
            align: "end",
            render: ({ token, price }) => market.amountOf(token, price),
          },
          {
            key: "receipt",
            header: "Receipt",
            render: ({ id, bought }) => (
              <Link to="/receipts/$tx" params={{ tx: bought.transaction }}>
                Receipt<span className="visually-hidden"> of licence {String(id)}</span>
              </Link>
            ),
          },
        ]}
      />
    </Card>
  );
}

function LicenceTile({
  licence,
  market,
  now,
}: {
  licence: Licence;
  market: Market;
  now: bigint;
}): ReactNode {
  const { state } = market;
  const standing = standingOf(licence, now, termsOfLicence(state, licence)?.duration);
  const over = standing === "returned";
  const refund = refundOf(state, licence, now);
  const id = String(licence.id);
  const model = state.models.get(licence.model);
  const last = licence.history.at(-1);
  return (
    <li className={styles.tile} data-testid={`licence-${id}`}>
      <div className={styles.tileHead}>
        <h2>
          <Link to="/licences/$id" params={{ id }} className={styles.chainText}>
            {kindName(state, licence)}
          </Link>
        </h2>
        <Badge tone={TONES[standing]}>{standing}</Badge>
      </div>
      <p className={styles.soft}>
        Licence #{id} of{" "}
        <Link
          to="/market/$model"
          params={{ model: String(licence.model) }}
          className={styles.chainText}
        >
          {model === undefined ? `model ${licence.model}` : market.nameOf(model)}
        </Link>
        , {originText(licence, market.account)}.
      </p>
      {!over && (
        <Stats
          entries={[
            { label: "Until", value: expiryText(licence.expires) },
            { label: "Left", value: quotaText(licence.quota) },
          ]}
        />
      )}
      {refund.open && (
        <p className={styles.soft}>
          Can be returned
          {refund.amount > 0n && ` for ${market.amountOf(refund.token, refund.amount)}`} until{" "}
          {dateText(refund.until)}.
        </p>
      )}
      <p className={styles.links}>
        {renewalOf(state, licence, now).open && (
          <Link to="/licences/$id" params={{ id }}>
            Renew<span className="visually-hidden"> licence {id}</span>
          </Link>
        )}
        {refund.open && (
          <Link to="/licences/$id" params={{ id }}>
            Return<span className="visually-hidden"> licence {id}</span>
          </Link>
        )}
        {transferBar(state, licence, now) === null && (
          <Link to="/licences/$id" params={{ id }}>
            Hand over<span className="visually-hidden"> licence {id}</span>
          </Link>
        )}
        {!over && (
          <Link to="/permissions" search={{ licence: id }}>
            Permissions<span className="visually-hidden"> of licence {id}</span>
          </Link>
        )}
        {last !== undefined && last.what !== "cancelled" && (
          <Link to="/receipts/$tx" params={{ tx: last.at.transaction }}>
            Receipt<span className="visually-hidden"> of licence {id}</span>
          </Link>
        )}
      </p>
    </li>
  );
}
