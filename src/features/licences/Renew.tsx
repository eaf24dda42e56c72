import { useState } from "react";
import type { ReactNode } from "react";
import { isAddressEqual } from "viem";
import type { Address } from "viem";
import { useChain } from "@/chain/chainContext.ts";
import type { Licence } from "@/chain/indexer/state.ts";
import { licenceIn, renewCall } from "@/chain/licences/order.ts";
import { kindName, renewalOf } from "@/chain/licences/rules.ts";
import { Card } from "@/ui/Card.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { Select } from "@/ui/Select.tsx";
import { Stats } from "@/ui/Stat.tsx";
import { shortHex } from "../shared/chainText.ts";
import { expiryText, quotaText } from "../shared/market/describe.ts";
import type { Market } from "../shared/market/useMarket.ts";
import styles from "./licences.module.css";
import { PaySteps } from "./PaySteps.tsx";

/** Extends a licence under the terms that are sold now. */
export function Renew({
  licence,
  market,
  now,
}: {
  licence: Licence;
  market: Market;
  now: bigint;
}): ReactNode {
  const { contracts } = useChain().deployment;
  const [chosen, setChosen] = useState<Address | null>(null);
  const { state } = market;
  const renewal = renewalOf(state, licence, now);
  if (!renewal.open) {
    return (
      <Card title="Renew" testId="renew">
        <p className={styles.soft}>{renewal.reason}</p>
      </Card>
    );
  }
  const { terms, prices } = renewal;
  const { token, price } = prices.find((entry) => entry.token === chosen) ?? prices[0];
  const text = price === 0n ? "free" : market.amountOf(token, price);
  const call = renewCall(contracts.licences, {
    licence: licence.id,
    token,
    maxPrice: price,
    termsHash: terms.termsHash,
  });
  return (
    <Card
      title="Renew"
      note="By its kind's duration, from now or from its end, whichever is later."
      testId="renew"
    >
      <PaySteps
        market={market}
        fields={
          <>
            <Select
              label="Pay with"
              value={token}
              options={prices.map((entry) => ({
                value: entry.token,
                label: `${market.tokenOf(entry.token).symbol}: ${
                  entry.price === 0n ? "free" : market.amountOf(entry.token, entry.price)
                }`,
              }))}
              onChange={setChosen}
            />
            <Stats
              entries={[
                { label: "Price", value: text },
                { label: "Then until", value: expiryText(renewal.expires) },
                { label: "Then left", value: quotaText(renewal.quota) },
              ]}
            />
            {renewal.termsChange && (
              <Notice kind="warn" title="Other terms will hold" testId="terms-change">
                <p>
                  The owner changed this kind since: version {terms.version} is sold now, this
                  licence has version {licence.version}. Read them on the model&apos;s page first.
                  Terms {shortHex(terms.termsHash)}.
                </p>
              </Notice>
            )}
          </>
        }
        label="Renew this licence"
        again="Renew once more"
        txLabel={`Renew licence ${licence.id}`}
        token={token}
        price={price}
        call={call}
        withPermit={null}
        review={[
          { label: "Licence", value: `#${licence.id}, ${kindName(state, licence)}` },
          { label: "Price", value: text, note: "exactly; the chain refuses any other" },
          { label: "Then until", value: expiryText(renewal.expires) },
          { label: "Then left", value: quotaText(renewal.quota) },
          { label: "Terms", value: <code>{shortHex(terms.termsHash)}</code> },
        ]}
        warning={
          renewal.endsRefund
            ? "A renewal is final: it has no window for returning, and it ends that of the purchase."
            : "A renewal is final: it has no window for returning."
        }
        known={({ to, data }) => {
          const step = isAddressEqual(to, contracts.licences) ? licenceIn(data) : null;
          return step?.what === "renew" && step.licence === licence.id;
        }}
      />
    </Card>
  );
}
