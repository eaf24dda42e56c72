import type { ReactNode } from "react";
import { courtCredit, isEnded } from "@/chain/proving/cases.ts";
import { Card } from "@/ui/Card.tsx";
import { Screen } from "@/ui/Screen.tsx";
import { Stats } from "@/ui/Stat.tsx";
import { Tabs } from "@/ui/Tabs.tsx";
import { SyncNotice } from "../shared/market/SyncNotice.tsx";
import { Bounties } from "./Bounties.tsx";
import { Cases } from "./Cases.tsx";
import { copy, RULE_TEXTS } from "./copy.ts";
import { Filings } from "./Filings.tsx";
import { Hosts } from "./Hosts.tsx";
import styles from "./provers.module.css";
import { MyStake } from "./Stake.tsx";
import { useProving, type Proving } from "./useProving.ts";

/** Stakes, filings, hosts, bounties and cases of the prover network. */
export function Provers(): ReactNode {
  const proving = useProving();
  return (
    <Screen title={copy.title} lead={copy.lead}>
      <SyncNotice market={proving.market} />
      <Summary proving={proving} />
      <Tabs
        tabs={[
          { value: "cases", label: "Cases", content: <Cases proving={proving} /> },
          { value: "filings", label: "My filings", content: <Filings proving={proving} /> },
          { value: "stake", label: "My stake", content: <MyStake proving={proving} /> },
          {
            value: "hosts",
            label: "Hosts",
            content: (
              <div className={styles.stack}>
                <Hosts proving={proving} />
              </div>
            ),
          },
          { value: "bounties", label: "Bounties", content: <Bounties proving={proving} /> },
          { value: "rules", label: "Rules", content: <Rules /> },
        ]}
      />
    </Screen>
  );
}

function Summary({ proving }: { proving: Proving }): ReactNode {
  const { market, account, coin } = proving;
  const { stakes, cases } = market.state;
  const staked = [...stakes.values()].filter(({ amount }) => amount > 0n);
  const mine = account === undefined ? undefined : stakes.get(account);
  const credit =
    account === undefined
      ? 0n
      : courtCredit(market.state, "provers", account) + courtCredit(market.state, "jury", account);
  return (
    <Stats
      entries={[
        {
          label: "Staked",
          value: coin(staked.reduce((sum, { amount }) => sum + amount, 0n)),
          note: `${staked.length} ${staked.length === 1 ? "prover" : "provers"}`,
        },
        {
          label: "Open cases",
          value: [...cases.values()].filter((record) => !isEnded(record)).length,
          note: `${cases.size} in all`,
        },
        {
          label: "My stake",
          value: account === undefined ? "no wallet" : coin(mine?.amount ?? 0n),
        },
        {
          label: "My credit",
          value: account === undefined ? "no wallet" : coin(credit),
          note: "to withdraw under My stake",
        },
      ]}
    />
  );
}

function Rules(): ReactNode {
  return (
    <Card title="Rules of this network" note="They are the contracts' and cannot be changed.">
      <ul className={styles.rules}>
        {RULE_TEXTS.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </Card>
  );
}
