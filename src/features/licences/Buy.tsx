import { Link, useParams, useSearch } from "@tanstack/react-router";
import { SearchX } from "lucide-react";
import { useMemo, useState } from "react";
import type { ReactNode } from "react";
import { isAddressEqual } from "viem";
import { useChain } from "@/chain/chainContext.ts";
import { isOnSale, modelRows, type ModelRow, type Offer } from "@/chain/indexer/select/models.ts";
import { NATIVE } from "@/chain/indexer/state.ts";
import { buyCall, buyWithPermitCall, offerIn, type Order } from "@/chain/licences/order.ts";
import { readRecipient } from "@/chain/licences/recipient.ts";
import { Card } from "@/ui/Card.tsx";
import { EmptyState } from "@/ui/EmptyState.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { Screen } from "@/ui/Screen.tsx";
import { Select } from "@/ui/Select.tsx";
import { Stats } from "@/ui/Stat.tsx";
import { Switch } from "@/ui/Switch.tsx";
import { TextField } from "@/ui/TextField.tsx";
import { shortHex } from "../shared/chainText.ts";
import { Hex } from "../shared/market/ChainText.tsx";
import {
  dateText,
  durationText,
  percentText,
  quotaText,
  refundText,
} from "../shared/market/describe.ts";
import { SplitTable } from "../shared/market/SplitTable.tsx";
import { SyncNotice } from "../shared/market/SyncNotice.tsx";
import { useMarket, type Market } from "../shared/market/useMarket.ts";
import { CompareText } from "./CompareText.tsx";
import { copy } from "./copy.ts";
import styles from "./licences.module.css";
import { PaySteps } from "./PaySteps.tsx";
import { useNow } from "./useNow.ts";

/** `/buy/$model/$kind`: one offer, from its terms to the receipt. */
export function Buy(): ReactNode {
  // Any text: it comes from the page's address.
  const { model: id = "", kind = "" } = useParams({ strict: false });
  const market = useMarket();
  const row = useMemo(
    () => modelRows(market.state).find(({ model }) => String(model.id) === id),
    [market.state, id],
  );
  const offer = row?.offers.find((candidate) => String(candidate.kind) === kind);
  if (row === undefined || offer === undefined) {
    return (
      <Screen title="Buy a licence">
        <SyncNotice market={market} />
        {market.ready && (
          <EmptyState
            icon={<SearchX aria-hidden />}
            title="There is no such licence here"
            action={<Link to="/market">To the market</Link>}
          >
            The model may be on another network, or its owner does not sell this kind.
          </EmptyState>
        )}
      </Screen>
    );
  }
  return (
    <Screen
      title={`Buy ${offer.label === "" ? `kind ${offer.kind}` : offer.label}`}
      lead={
        <>
          A licence of{" "}
          <Link to="/market/$model" params={{ model: id }} className={styles.chainText}>
            {market.nameOf(row.model)}
          </Link>
          , model number {id}.
        </>
      }
    >
      <SyncNotice market={market} />
      <BuyForm key={`${id} ${kind}`} row={row} offer={offer} market={market} />
    </Screen>
  );
}

function BuyForm({
  row,
  offer,
  market,
}: {
  row: ModelRow;
  offer: Offer;
  market: Market;
}): ReactNode {
  const { deployment } = useChain();
  const { contracts } = deployment;
  const { account, state } = market;
  const pausedUntil = state.pauses.get("licences") ?? 0n;
  const paused = pausedUntil > useNow();
  const { token: wanted } = useSearch({ strict: false });
  const [chosen, setChosen] = useState<string | null>(wanted ?? null);
  const [forOther, setForOther] = useState(false);
  const [typed, setTyped] = useState("");
  const onSale = isOnSale(offer);
  const listed = offer.prices.find(({ token }) => token === chosen) ?? offer.prices.at(0);
  const { token, price } = listed ?? { token: NATIVE, price: 0n };
  const reading = readRecipient(typed, Object.values(contracts));
  const to = forOther ? (reading.ok ? reading.value : undefined) : account;
  const { terms } = offer;
  const order: Order | null =
    onSale && !paused && listed !== undefined && to !== undefined
      ? {
          model: row.model.id,
          kind: offer.kind,
          to,
          token,
          maxPrice: price,
          termsHash: terms.termsHash,
        }
      : null;
  const text = price === 0n ? "free" : market.amountOf(token, price);
  return (
    <div className={styles.columns}>
      <div className={styles.stack}>
        <Card title="What you get" testId="buy-terms">
          <TermsFacts offer={offer} />
        </Card>
        {onSale && price > 0n && (
          <Card title="Who gets the price" testId="buy-split">
            <SplitTable model={row.model.id} market={market} token={token} price={price} />
            {terms.refundWindow > 0 && (
              <p className={styles.soft}>
                It waits in the splitter first, so that it can go back to the holder; divided it is
                once the window is over, the licence is used or renewed.
              </p>
            )}
          </Card>
        )}
      </div>
      <Card title="Your purchase" testId="buy-form">
        {paused && (
          <Notice kind="warn" title="Purchases are paused" testId="entry-paused">
            <p>
              The guardian paused all purchases until {dateText(pausedUntil)}. Renewals, returns and
              withdrawals go on.
            </p>
          </Notice>
        )}
        {!onSale && (
          <Notice kind="warn" title="This licence is not on sale now" testId="not-on-sale">
            <p>Its owner paused the sale or set no price. Licences in force are not touched.</p>
          </Notice>
        )}
        <PaySteps
          market={market}
          fields={
            <>
              <Switch
                label="The licence is for another account"
                checked={forOther}
                onChange={setForOther}
              />
              {forOther && (
                <TextField
                  label="Address of its holder"
                  hint={copy.buy.recipient}
                  error={typed === "" || reading.ok ? null : reading.problem}
                  value={typed}
                  spellCheck={false}
                  autoComplete="off"
                  onChange={setTyped}
                />
              )}
              {offer.prices.length > 0 && (
                <Select
                  label="Pay with"
                  value={token}
                  options={offer.prices.map((entry) => ({
                    value: entry.token,
                    label: `${market.tokenOf(entry.token).symbol}: ${
                      entry.price === 0n ? "free" : market.amountOf(entry.token, entry.price)
                    }`,
                  }))}
                  onChange={setChosen}
                />
              )}
              <Stats
                entries={[
                  { label: "Price", value: <span data-testid="price">{text}</span> },
                  { label: "Return", value: refundText(terms) },
                ]}
              />
            </>
          }
          label="Buy this licence"
          again="Buy another"
          txLabel={`Buy a licence of ${market.nameOf(row.model)}`}
          token={token}
          price={price}
          call={order === null ? null : buyCall(contracts.licences, order)}
          withPermit={
            order === null || token === NATIVE
              ? null
              : (deadline, signature) =>
                  buyWithPermitCall(contracts.licences, order, deadline, signature)
          }
          review={[
            { label: "Licence", value: `${offer.label} of ${market.nameOf(row.model)}` },
            { label: "Price", value: text, note: "exactly; the chain refuses any other" },
            {
              label: "Holder",
              value: <code>{to === undefined ? "" : shortHex(to)}</code>,
              note: forOther ? "another account" : "this account",
            },
            { label: "Return", value: refundText(terms) },
            { label: "Terms", value: <code>{shortHex(terms.termsHash)}</code> },
            {
              label: "Sent to",
              value: <code>{shortHex(contracts.licences)}</code>,
              note: "the licence contract",
            },
          ]}
          known={({ to: asked, data }) => {
            const bought = isAddressEqual(asked, contracts.licences) ? offerIn(data) : null;
            return bought?.model === row.model.id && bought.kind === offer.kind;
          }}
        />
      </Card>
    </div>
  );
}

function TermsFacts({ offer: { terms } }: { offer: Offer }): ReactNode {
  return (
    <>
      <Stats
        entries={[
          { label: "Lasts", value: durationText(terms.duration) },
          { label: "Calls", value: quotaText(terms.quota) },
          { label: "Return", value: refundText(terms) },
          {
            label: "Transfer",
            value: terms.transferable ? "may change hands" : "bound to its holder",
            note:
              terms.resalePpm > 0
                ? `${percentText(terms.resalePpm)} of a resale is the model's`
                : undefined,
          },
          {
            label: "Use",
            value: `${percentText(terms.hostPpm)} to the host`,
            note: "of what calls cost; the rest is the model's",
          },
        ]}
      />
      <p className={styles.links}>
        <span>
          Terms <Hex value={terms.termsHash} label="the hash of the terms" />
        </span>
        <span>
          Licence text <Hex value={terms.textHash} label="the hash of the licence text" />
        </span>
      </p>
      <p className={styles.soft}>{copy.buy.terms}</p>
      <CompareText hash={terms.textHash} />
    </>
  );
}
