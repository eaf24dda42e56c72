import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ReactNode } from "react";
import type { Model } from "@/chain/indexer/state.ts";
import { rewardOf } from "@/chain/proving/payouts.ts";
import { readCoin, readPpm } from "@/chain/proving/readInput.ts";
import { bountyReading } from "@/chain/queries/proving.ts";
import { Card } from "@/ui/Card.tsx";
import { Select } from "@/ui/Select.tsx";
import { TextField } from "@/ui/TextField.tsx";
import { percentText } from "../shared/market/describe.ts";
import { ReviewAndSend } from "../shared/send/ReviewAndSend.tsx";
import { knownBy } from "../shared/send/sendable.ts";
import { copy } from "./copy.ts";
import styles from "./provers.module.css";
import type { Proving } from "./useProving.ts";

/** What a case can earn, model by model, and adding to it. */
export function Bounties({ proving }: { proving: Proving }): ReactNode {
  const { market, coin, network, account } = proving;
  const models = [...market.state.models.values()];
  const [chosen, setChosen] = useState("");
  const [amount, setAmount] = useState("0.1");
  const [percent, setPercent] = useState("10");
  const model = models.find(({ id }) => String(id) === chosen) ?? models.at(-1);
  const wei = readCoin(amount);
  const ppm = readPpm(percent);
  if (model === undefined) {
    return (
      <Card title="Bounties" note={copy.bounties} testId="bounties">
        <p className={styles.soft}>There are no models yet.</p>
      </Card>
    );
  }
  const name = market.nameOf(model);
  return (
    <Card title="Bounties" note={copy.bounties} testId="bounties">
      <div className={styles.scroll}>
        <table>
          <caption className="visually-hidden">Bounties by model</caption>
          <thead>
            <tr>
              <th scope="col">Model</th>
              <th scope="col" className={styles.amount}>
                Bounty
              </th>
              <th scope="col" className={styles.amount}>
                Share for a case
              </th>
              <th scope="col" className={styles.amount}>
                One case earns
              </th>
            </tr>
          </thead>
          <tbody>
            {models.slice(-200).map((entry) => (
              <BountyRow key={String(entry.id)} model={entry} proving={proving} />
            ))}
          </tbody>
        </table>
      </div>
      <div className={styles.fields}>
        <Select
          label="Model"
          value={String(model.id)}
          options={models.map((entry) => ({
            value: String(entry.id),
            label: `${market.nameOf(entry)} (#${entry.id})`,
          }))}
          onChange={setChosen}
        />
        <TextField
          label="Add to its bounty"
          value={amount}
          inputMode="decimal"
          error={wei === null ? "Enter an amount above 0." : null}
          onChange={setAmount}
        />
      </div>
      <ReviewAndSend
        label="Fund the bounty"
        txLabel={`Fund the bounty of ${name}`}
        testId="fund-bounty"
        known={knownBy(network.fundBounty(model.id, 0n))}
        review={[{ label: "Model", value: <span className={styles.chainText}>{name}</span> }]}
        warning="It cannot be taken back: it is paid out to provers of cases and receipts alone."
        call={wei === null ? null : network.fundBounty(model.id, wei)}
      />
      {model.owner === account && (
        <div className={styles.stack}>
          <TextField
            label="Share of the bounty that one case earns, in percent"
            value={percent}
            inputMode="decimal"
            error={ppm === null ? "From 0 to 100, with four places at most." : null}
            onChange={setPercent}
          />
          <ReviewAndSend
            label="Set the share"
            txLabel={`Set the bounty's share of ${name}`}
            testId="set-reward"
            known={knownBy(network.setReward(model.id, 0), 1)}
            kind="plain"
            review={[
              { label: "Model", value: <span className={styles.chainText}>{name}</span> },
              { label: "Share", value: ppm === null ? "" : percentText(ppm) },
            ]}
            warning="It holds for cases that are open now, too."
            call={ppm === null ? null : network.setReward(model.id, ppm)}
          />
        </div>
      )}
      {model.governor !== null && (
        <p className={styles.soft}>
          {name} belongs to its DAO; the share is set by a proposal. Amounts so far:{" "}
          {coin(model.bounty)} at the last funding.
        </p>
      )}
    </Card>
  );
}

function BountyRow({ model, proving }: { model: Model; proving: Proving }): ReactNode {
  const { config, deployment, market, coin } = proving;
  const { data } = useQuery(bountyReading(config, deployment, model.id));
  return (
    <tr data-testid={`bounty-${model.id}`}>
      <td className={styles.chainText}>{market.nameOf(model)}</td>
      <td className={styles.amount}>{data === undefined ? "…" : coin(data.amount)}</td>
      <td className={styles.amount}>{data === undefined ? "…" : percentText(data.rewardPpm)}</td>
      <td className={styles.amount}>
        {data === undefined ? "…" : coin(rewardOf(data.amount, data.rewardPpm))}
      </td>
    </tr>
  );
}
