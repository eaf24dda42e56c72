import { useState } from "react";
import type { ReactNode } from "react";
import type { Address } from "viem";
import { activateCall } from "@/chain/governance/calls.ts";
import { countText, isSame } from "@/chain/governance/context.ts";
import { holdersOf } from "@/chain/governance/delegation.ts";
import type { Model } from "@/chain/indexer/state.ts";
import { Card } from "@/ui/Card.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { Select } from "@/ui/Select.tsx";
import { shortHex } from "../shared/chainText.ts";
import { ReviewAndSend } from "../shared/send/ReviewAndSend.tsx";
import { knownBy } from "../shared/send/sendable.ts";
import { copy } from "./copy.ts";
import styles from "./govern.module.css";
import type { Govern } from "./useGovern.ts";

/** Hands a model to the holders of its shares, for ever. */
export function Activation({ model, govern }: { model: Model; govern: Govern }): ReactNode {
  const { market, deployment, personOf } = govern;
  const holders = holdersOf(market.state, model.id).filter(({ balance }) => balance > 0n);
  const [chosen, setChosen] = useState<readonly [Address | null, Address | null]>([null, null]);
  const first = chosen[0] ?? holders[0]?.holder;
  const second = chosen[1] ?? holders.find(({ holder }) => holder !== first)?.holder;
  const foreign = market.account !== undefined && !isSame(market.account, model.owner);
  const options = holders.map(({ holder, balance }) => ({
    value: holder,
    label: `${personOf(holder) ?? shortHex(holder)}, ${countText(balance)} shares`,
  }));
  const problem =
    model.shares === null
      ? "The model’s shares are not open yet. Its owner opens them while registering it."
      : first === undefined || second === undefined
        ? "One account holds all shares. A DAO needs two holders; give shares to a second contributor first."
        : foreign
          ? "Only the model’s owner can activate its DAO. Switch the wallet to that account."
          : null;
  const call =
    problem === null && first !== undefined && second !== undefined && first !== second
      ? activateCall(deployment.contracts.dao, model.id, [first, second])
      : null;
  return (
    <Card title="Activate the DAO" note={copy.activate} testId="activation">
      {problem !== null && <Notice kind="info" title={problem} />}
      {first !== undefined && second !== undefined && (
        <div className={styles.columns}>
          <Select
            label="One holder of shares"
            value={first}
            options={options}
            onChange={(holder) => setChosen([holder, second])}
          />
          <Select
            label="Another"
            value={second}
            options={options}
            error={first === second ? "Name two different holders." : null}
            onChange={(holder) => setChosen([first, holder])}
          />
        </div>
      )}
      <ReviewAndSend
        label="Activate the DAO"
        txLabel={`Activate the DAO of ${market.nameOf(model)}`}
        call={call}
        danger
        known={knownBy(call, 1)}
        note={copy.activateConfirm}
        testId="activate"
      />
    </Card>
  );
}
