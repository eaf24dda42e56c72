import type { ReactNode } from "react";
import { isAddressEqual } from "viem";
import type { Address } from "viem";
import { useChain } from "@/chain/chainContext.ts";
import type { Licence } from "@/chain/indexer/state.ts";
import { licenceIn, refundCall } from "@/chain/licences/order.ts";
import { refundOf } from "@/chain/licences/rules.ts";
import { Card } from "@/ui/Card.tsx";
import { dateText } from "../shared/market/describe.ts";
import type { Market } from "../shared/market/useMarket.ts";
import { ConfirmSend } from "./ConfirmSend.tsx";
import { copy } from "./copy.ts";
import styles from "./licences.module.css";

/** Returns a licence within its window, for what was paid. */
export function Return({
  licence,
  market,
  now,
  account,
}: {
  licence: Licence;
  market: Market;
  now: bigint;
  account: Address;
}): ReactNode {
  const { contracts } = useChain().deployment;
  const refund = refundOf(market.state, licence, now);
  const holds = licence.holder === account && refund.open;
  return (
    <Card title="Return" testId="return">
      {refund.open ? (
        <p>
          Unused, it can be returned until {dateText(refund.until)}
          {refund.amount === 0n ? (
            ", for nothing, since it was free."
          ) : (
            <>
              {" for "}
              <strong>{market.amountOf(refund.token, refund.amount)}</strong>, which still lie in
              the splitter as they were paid. {copy.refundTo}
            </>
          )}
        </p>
      ) : (
        <p className={styles.soft}>{refund.reason}</p>
      )}
      <ConfirmSend
        market={market}
        label="Return it"
        txLabel={`Return licence ${licence.id}`}
        title={`Return licence #${licence.id}?`}
        details={
          <p>
            The licence ends at once and for ever
            {refund.open &&
              refund.amount > 0n &&
              `; ${market.amountOf(refund.token, refund.amount)} become your credit`}
            .
          </p>
        }
        offered={holds}
        call={holds ? refundCall(contracts.licences, licence.id) : null}
        known={({ to, data }) => {
          const step = isAddressEqual(to, contracts.licences) ? licenceIn(data) : null;
          return step?.what === "refund" && step.licence === licence.id;
        }}
        testId="refund"
      />
    </Card>
  );
}
