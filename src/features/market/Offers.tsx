import { useState } from "react";
import type { ReactNode } from "react";
import type { Address } from "viem";
import { isOnSale, type ModelRow, type Offer } from "@/chain/indexer/select/models.ts";
import { splitOf } from "@/chain/indexer/select/split.ts";
import { Badge } from "@/ui/Badge.tsx";
import { Select } from "@/ui/Select.tsx";
import { Hex } from "../shared/market/ChainText.tsx";
import { copy } from "./copy.ts";
import { durationText, percentText, quotaText, refundText } from "../shared/market/describe.ts";
import styles from "./market.module.css";
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
      <div className={styles.soft}>
        Licence text <Hex value={terms.textHash} label={`hash of the text of ${label}`} />
        Terms <Hex value={terms.termsHash} label={`hash of the terms of ${label}`} />
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
        <SplitTable row={row} market={market} token={price.token} price={price.price} />
      )}
    </section>
  );
}

function SplitTable({
  row,
  market,
  token,
  price,
}: {
  row: ModelRow;
  market: Market;
  token: Address;
  price: bigint;
}): ReactNode {
  const split = splitOf(market.state, row.model.id, token, price);
  const nameOf = (id: bigint): string => {
    const found = market.state.models.get(id);
    return found === undefined ? `Model ${id}` : market.nameOf(found);
  };
  return (
    <table data-testid="split">
      <caption className="visually-hidden">Who gets what of the price. {copy.split}</caption>
      <thead>
        <tr>
          <th scope="col">To holders of</th>
          <th scope="col">Share</th>
          <th scope="col">Amount</th>
        </tr>
      </thead>
      <tbody>
        {split.parts.map(({ model, ppm, amount }) => (
          <tr key={String(model)} data-amount={String(amount)}>
            <td className={styles.chainText}>{nameOf(model)}</td>
            <td>{percentText(ppm)}</td>
            <td>{market.amountOf(token, amount)}</td>
          </tr>
        ))}
        {split.waiting !== 0n && (
          <tr>
            <td>Waits as fractions</td>
            <td />
            <td>{String(split.waiting)} smallest units</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}
