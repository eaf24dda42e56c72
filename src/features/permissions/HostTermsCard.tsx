import type { ReactNode } from "react";
import type { Address } from "viem";
import { policyHash } from "@/permission/terms.ts";
import { Card } from "@/ui/Card.tsx";
import { Stats } from "@/ui/Stat.tsx";
import { Hex } from "../shared/market/ChainText.tsx";
import type { Market } from "../shared/market/useMarket.ts";
import type { ListedHost } from "./hostsQuery.ts";
import styles from "./permissions.module.css";

/** What the host asks, in its own words. */
export function HostTermsCard({
  listed,
  host,
  market,
}: {
  listed: ListedHost | null;
  host: Address;
  market: Market;
}): ReactNode {
  const terms = listed?.terms ?? null;
  if (listed === null || terms === null) {
    return (
      <Card title="Host" testId="host">
        <p>
          <Hex value={host} label="host" />
        </p>
        <p className={styles.soft}>
          This studio's server does not list it, so its conditions are not known here and the page
          cannot call it. A permission can be made all the same, for use elsewhere.
        </p>
      </Card>
    );
  }
  const amount = (sum: bigint) => market.amountOf(terms.token, sum);
  return (
    <Card title={`Host “${listed.served.name}”`} testId="host">
      <Stats
        entries={[
          { label: "Address", value: <Hex value={host} label="host" /> },
          { label: "Per call", value: amount(terms.price.perCall) },
          { label: "Per 1,000 input tokens", value: amount(terms.price.perThousandInput) },
          { label: "Per 1,000 output tokens", value: amount(terms.price.perThousandOutput) },
          { label: "Answer at most", value: `${terms.maxOutputTokens} tokens` },
          { label: "Conditions", value: <Hex value={policyHash(terms)} label="conditions" /> },
        ]}
      />
      {terms.policyText !== "" && (
        <blockquote className={styles.quote}>{terms.policyText}</blockquote>
      )}
    </Card>
  );
}
