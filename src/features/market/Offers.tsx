import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { ReactNode } from "react";
import type { Address } from "viem";
import {
  isInForce,
  isOnSale,
  licencesOf,
  type ModelRow,
  type Offer,
} from "@/chain/indexer/select/models.ts";
import { Badge } from "@/ui/Badge.tsx";
import { Select } from "@/ui/Select.tsx";
import { Hex } from "../shared/market/ChainText.tsx";
import {
  durationText,
  expiryText,
  percentText,
  quotaText,
  refundText,
} from "../shared/market/describe.ts";
import styles from "./market.module.css";
import { SplitTable } from "../shared/market/SplitTable.tsx";
import type { Market } from "../shared/market/useMarket.ts";

/** The model's kinds of licence, each with its terms and the split of its price. */
export function Offers({ row, market }: { row: ModelRow; market: Market }): ReactNode {
  if (row.offers.length === 0) return <p className={styles.soft}>No licences are offered.</p>;
  return row.offers.map((offer) => (
    <OfferTerms key={offer.kind} offer={offer} row={row} market={market} />
  ));
}

function OfferTerms({
  offer,
  row,
  market,
}: {
  offer: Offer;
  row: ModelRow;
  market: Market;
}): ReactNode {
  const [chosen, setChosen] = useState<Address | null>(null);
  const { terms, label, prices } = offer;
  const price = prices.find(({ token }) => token === chosen) ?? prices[0];
  return (
    <section className={styles.offer} aria-label={label} data-testid={`offer-${label}`}>
      <div className={styles.offerHead}>
        <h3 className={styles.chainText}>{label}</h3>
        {isOnSale(offer) ? (
          <strong>{price.price === 0n ? "free" : market.amountOf(price.token, price.price)}</strong>
        ) : (
          <Badge tone="warn">not on sale</Badge>
        )}
      </div>
      <p className={styles.soft}>
        {durationText(terms.duration)}, {quotaText(terms.quota)}, {refundText(terms)},{" "}
        {terms.transferable ? "may change hands" : "bound to its buyer"}. A host gets{" "}
        {percentText(terms.hostPpm)} of what its use costs
        {terms.resalePpm > 0 && `, the model ${percentText(terms.resalePpm)} of a resale`}.
      </p>
      <div className={styles.hashes}>
        <span>
          Licence text <Hex value={terms.textHash} label={`hash of the text of ${label}`} />
        </span>
        <span>
          Terms <Hex value={terms.termsHash} label={`hash of the terms of ${label}`} />
        </span>
      </div>
      {prices.length > 1 && isOnSale(offer) && (
        <Select
          label={`Pay for ${label} with`}
          value={price.token}
          options={prices.map(({ token }) => ({
            value: token,
            label: market.tokenOf(token).symbol,
          }))}
          onChange={setChosen}
        />
      )}
      {isOnSale(offer) && price.price > 0n && (
        <SplitTable model={row.model.id} market={market} token={price.token} price={price.price} />
      )}
      <BuyLinks offer={offer} row={row} market={market} token={chosen} />
    </section>
  );
}

/** Leads to buying or, where the account has such a licence in force, to renewing it. */
function BuyLinks({
  offer,
  row,
  market,
  token,
}: {
  offer: Offer;
  row: ModelRow;
  market: Market;
  /** Null while none was chosen. */
  token: Address | null;
}): ReactNode {
  const { state, account } = market;
  const [now] = useState(() => BigInt(Math.floor(Date.now() / 1000)));
  const owned =
    account === undefined
      ? undefined
      : licencesOf(state, account).find(
          (licence) =>
            licence.model === row.model.id &&
            licence.kind === offer.kind &&
            isInForce(licence, now),
        );
  const buy = isOnSale(offer) && (
    <Link
      to="/buy/$model/$kind"
      params={{ model: String(row.model.id), kind: String(offer.kind) }}
      search={token === null ? {} : { token }}
      className={owned === undefined ? styles.buy : undefined}
      data-testid="buy"
    >
      {owned === undefined ? "Buy" : "Buy another"}
      <span className="visually-hidden"> {offer.label}</span>
    </Link>
  );
  return (
    <p className={styles.buyLinks}>
      {owned !== undefined && (
        <>
          <span data-testid="owned">
            You own one: #{String(owned.id)}, {expiryText(owned.expires)}.
          </span>
          <Link
            to="/licences/$id"
            params={{ id: String(owned.id) }}
            className={styles.buy}
            data-testid="renew-owned"
          >
            Renew it<span className="visually-hidden">, {offer.label}</span>
          </Link>
        </>
      )}
      {buy}
    </p>
  );
}
