import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { zeroAddress } from "viem";
import type { Address } from "viem";
import { isEnded, type CaseFile } from "@/chain/proving/cases.ts";
import {
  dismissedOutcome,
  refusedOutcome,
  upheldOutcome,
  type CaseMoney,
  type Outcome,
} from "@/chain/proving/payouts.ts";
import { bountyReading, caseReading } from "@/chain/queries/proving.ts";
import { Card } from "@/ui/Card.tsx";
import { Hex } from "../shared/market/ChainText.tsx";
import styles from "./provers.module.css";
import type { Proving } from "./useProving.ts";

/** Who gets and loses what: every possible end while the case is open, then what happened. */
export function CaseMoneyCard({ file, proving }: { file: CaseFile; proving: Proving }): ReactNode {
  return isEnded(file.record) ? (
    <Card title="Payouts and losses" testId="case-payouts">
      <Ended file={file} proving={proving} />
    </Card>
  ) : (
    <Card
      title="What each end would pay"
      note="As bounty, stakes and leaves are now."
      testId="case-outcomes"
    >
      <Open file={file} proving={proving} />
    </Card>
  );
}

function Open({ file, proving }: { file: CaseFile; proving: Proving }): ReactNode {
  const { config, deployment, market, coin } = proving;
  const { record } = file;
  const { data: found } = useQuery(caseReading(config, deployment, record));
  const { data: bounty } = useQuery(bountyReading(config, deployment, record.model));
  if (found === undefined || bounty === undefined) return <p role="status">Reading the chain…</p>;
  const orNull = (address: Address): Address | null => (address === zeroAddress ? null : address);
  const money: CaseMoney = {
    parties: file.parties,
    bounty: bounty.amount,
    rewardPpm: bounty.rewardPpm,
    contester: orNull(found.contester),
    bond: found.bond,
    escalator: orNull(found.escalator),
    fee: found.fee,
    stakeOf: (prover) => market.state.stakes.get(prover)?.amount ?? 0n,
  };
  const { state } = record;
  const ends: { label: string; note?: string; outcome: Outcome }[] = [];
  if (state !== "contested") ends.push({ label: "Upheld", outcome: upheldOutcome(money) });
  if (state === "contested") {
    ends.push({
      label: "Upheld by the jury",
      note: `Whoever escalates pays ${coin(found.cost)} and gets it back out of the bond.`,
      outcome: upheldOutcome({ ...money, fee: found.cost }),
    });
  }
  if (state === "contested" || state === "escalated") {
    ends.push({ label: "Turned down by the jury", outcome: refusedOutcome(money) });
  }
  if (state !== "suspected") {
    ends.push({ label: "No finding", outcome: dismissedOutcome(money) });
  }
  return (
    <div className={styles.list}>
      {ends.map(({ label, note, outcome }) => (
        <section key={label} className={styles.item} aria-label={label}>
          <h3>{label}</h3>
          {note !== undefined && <p className={styles.soft}>{note}</p>}
          <Sums
            rows={[
              ...outcome.credits.map(({ account, amount }) => ({ account, amount })),
              ...outcome.losses.map(({ account, amount }) => ({ account, amount: -amount })),
            ]}
            bounty={outcome.bounty}
            proving={proving}
          />
        </section>
      ))}
    </div>
  );
}

function Ended({ file, proving }: { file: CaseFile; proving: Proving }): ReactNode {
  const { credits, losses, record } = file;
  const rows = [
    ...credits.map(({ account, amount }) => ({ account, amount })),
    ...losses.map(({ prover, amount }) => ({ account: prover, amount: -amount })),
  ];
  if (rows.length === 0) {
    return (
      <p className={styles.soft}>
        {record.state === "upheld"
          ? "There was no bounty: the host is tagged, and nobody was paid."
          : "Nobody was paid and nobody lost anything."}
      </p>
    );
  }
  return <Sums rows={rows} bounty={null} proving={proving} />;
}

/** @param rows wei; negative for what is lost */
function Sums({
  rows,
  bounty,
  proving,
}: {
  rows: readonly { account: Address; amount: bigint }[];
  bounty: bigint | null;
  proving: Proving;
}): ReactNode {
  const { coin, account: mine } = proving;
  const signed = (amount: bigint): string =>
    amount < 0n ? `−${coin(-amount)}` : `+${coin(amount)}`;
  if (rows.length === 0 && (bounty ?? 0n) === 0n) {
    return <p className={styles.soft}>Nobody gets or loses anything.</p>;
  }
  return (
    <div className={styles.scroll}>
      <table>
        <caption className="visually-hidden">Who gets and loses what</caption>
        <thead>
          <tr>
            <th scope="col">Account</th>
            <th scope="col" className={styles.amount}>
              Amount
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ account, amount }, i) => (
            <tr key={`${account} ${i}`} data-account={account} data-amount={String(amount)}>
              <td>
                <Hex value={account} label="address" /> {account === mine && "you"}
              </td>
              <td className={styles.amount}>{signed(amount)}</td>
            </tr>
          ))}
          {bounty !== null && bounty !== 0n && (
            <tr>
              <td>The model's bounty</td>
              <td className={styles.amount}>{signed(bounty)}</td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}
