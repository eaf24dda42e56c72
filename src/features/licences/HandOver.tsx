import { useState } from "react";
import type { ReactNode } from "react";
import { isAddressEqual } from "viem";
import type { Address } from "viem";
import { useChain } from "@/chain/chainContext.ts";
import type { Licence } from "@/chain/indexer/state.ts";
import { licenceIn, transferCall } from "@/chain/licences/order.ts";
import { readRecipient } from "@/chain/licences/recipient.ts";
import { transferBar } from "@/chain/licences/rules.ts";
import { Card } from "@/ui/Card.tsx";
import { TextField } from "@/ui/TextField.tsx";
import type { Market } from "../shared/market/useMarket.ts";
import { ConfirmSend } from "./ConfirmSend.tsx";
import styles from "./licences.module.css";

/** Gives a licence to another address, when its terms allow. */
export function HandOver({
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
  const [typed, setTyped] = useState("");
  const bar = transferBar(market.state, licence, now);
  if (bar !== null) {
    return (
      <Card title="Hand over" testId="hand-over">
        <p className={styles.soft}>{bar}</p>
      </Card>
    );
  }
  const reading = readRecipient(typed, Object.values(contracts));
  const self = reading.ok && isAddressEqual(reading.value, account);
  const problem = reading.ok ? (self ? "This account has it already." : null) : reading.problem;
  const to = reading.ok && !self ? reading.value : null;
  return (
    <Card
      title="Hand over"
      note="The licence with all that is left of it, and with the right to return it, goes to another address."
      testId="hand-over"
    >
      <TextField
        label="Address of the new holder"
        error={typed === "" ? null : problem}
        value={typed}
        spellCheck={false}
        autoComplete="off"
        onChange={setTyped}
      />
      <ConfirmSend
        market={market}
        label="Hand it over"
        txLabel={`Hand over licence ${licence.id}`}
        title={`Hand over licence #${licence.id}?`}
        details={
          <>
            <p>
              It will belong to <code className={styles.mono}>{to}</code>. Only that address can
              give it back.
            </p>
            {licence.escrow !== null && (
              <p>Its new holder may return it and gets the money back then.</p>
            )}
          </>
        }
        call={to === null ? null : transferCall(contracts.licences, account, to, licence.id)}
        known={({ to: asked, data }) => {
          const step = isAddressEqual(asked, contracts.licences) ? licenceIn(data) : null;
          return step?.what === "transfer" && step.licence === licence.id;
        }}
        testId="transfer"
      />
    </Card>
  );
}
