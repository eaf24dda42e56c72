import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ReactNode } from "react";
import type { Address } from "viem";
import { courtCredit } from "@/chain/proving/cases.ts";
import { readCoin } from "@/chain/proving/readInput.ts";
import { RULES } from "@/chain/proving/rules.ts";
import { stakeReading } from "@/chain/queries/proving.ts";
import { Button } from "@/ui/Button.tsx";
import { Card } from "@/ui/Card.tsx";
import { Stats } from "@/ui/Stat.tsx";
import { TextField } from "@/ui/TextField.tsx";
import { openConnectDialog } from "../shared/connectDialog.ts";
import { ReviewAndSend } from "../shared/send/ReviewAndSend.tsx";
import { knownBy } from "../shared/send/sendable.ts";
import { copy } from "./copy.ts";
import { PassTime } from "./PassTime.tsx";
import styles from "./provers.module.css";
import type { Proving } from "./useProving.ts";
import { Deadline } from "./When.tsx";

/** The connected account's stake and credits. */
export function MyStake({ proving }: { proving: Proving }): ReactNode {
  const { account } = proving;
  return (
    <Card title="My stake" note={copy.stake} testId="my-stake">
      {account === undefined ? (
        <div>
          <Button kind="primary" onClick={openConnectDialog}>
            Connect a wallet
          </Button>
        </div>
      ) : (
        <Mine proving={proving} account={account} />
      )}
    </Card>
  );
}

function Mine({ proving, account }: { proving: Proving; account: Address }): ReactNode {
  const { config, deployment, coin, market, network, now } = proving;
  const { data } = useQuery(stakeReading(config, deployment, account));
  const [add, setAdd] = useState("0.1");
  const [out, setOut] = useState("");
  // Events come a moment earlier than readings, and a revert takes them back.
  const stake = market.state.stakes.get(account);
  const amount = stake?.amount ?? 0n;
  const leaving = stake?.leaving ?? 0n;
  const leavesAt = stake?.leavesAt ?? 0n;
  const held = data?.openCases ?? 0;
  const adding = readCoin(add);
  const taking = readCoin(out);
  const free = amount - leaving;
  const tooMuch = taking !== null && taking > free;
  return (
    <div className={styles.stack}>
      <Stats
        entries={[
          { label: "At stake", value: <span data-testid="stake-amount">{coin(amount)}</span> },
          {
            label: "Counts now",
            value: coin(free),
            note: free < RULES.leastStake ? `least ${coin(RULES.leastStake)}` : "not leaving",
          },
          { label: "Held by", value: held, note: held === 1 ? "case or jury" : "cases and juries" },
          { label: "Lost so far", value: coin(stake?.slashed ?? 0n) },
        ]}
      />
      <div className={styles.fields}>
        <div className={styles.stack}>
          <TextField
            label="Add to the stake"
            value={add}
            inputMode="decimal"
            error={adding === null ? "Enter an amount above 0." : null}
            onChange={setAdd}
          />
          <ReviewAndSend
            label="Stake"
            testId="stake"
            known={knownBy(network.stake(0n))}
            review={[{ label: "Stake afterwards", value: coin(amount + (adding ?? 0n)) }]}
            warning="It leaves again 7 days after you ask for it, and not while a case or jury holds it. Adding makes all of it young: for disputes that are open now it does not vote."
            call={adding === null ? null : network.stake(adding)}
          />
        </div>
        <div className={styles.stack}>
          <TextField
            label="Take out of the stake"
            value={out}
            inputMode="decimal"
            hint={`At most ${coin(free)}.`}
            error={
              out !== "" && taking === null
                ? "Enter an amount above 0."
                : tooMuch
                  ? `You have ${coin(free)} that is not leaving.`
                  : null
            }
            onChange={setOut}
          />
          <ReviewAndSend
            label="Ask for it"
            txLabel="Ask for stake back"
            testId="request-unstake"
            known={knownBy(network.requestUnstake(0n), 0)}
            kind="plain"
            review={[
              { label: "Leaves", value: coin(leaving + (taking ?? 0n)), note: "in 7 days" },
              { label: "Counts afterwards", value: coin(free - (tooMuch ? 0n : (taking ?? 0n))) },
            ]}
            warning="What leaves counts neither for proving nor for votes, and cannot be called back. Asking again begins the 7 days anew for all of it."
            call={taking === null || tooMuch ? null : network.requestUnstake(taking)}
          />
        </div>
      </div>
      {leaving > 0n && now !== null && (
        <div className={styles.item}>
          <p>
            {coin(leaving)} {leavesAt > now ? "can be taken" : "could be taken"}{" "}
            <Deadline at={leavesAt} now={now} />.
          </p>
          <ReviewAndSend
            label="Take it out"
            txLabel="Take stake out"
            testId="unstake"
            review={[{ label: "You get", value: coin(leaving) }]}
            warning="It leaves the stake at once."
            refused={
              now < leavesAt
                ? "The 7 days are not over."
                : held > 0
                  ? "A case or jury holds the stake."
                  : null
            }
            call={network.unstake()}
          />
          {now < leavesAt && (
            <PassTime proving={proving} until={leavesAt} label="Let 7 days pass here" />
          )}
        </div>
      )}
      <Credits proving={proving} account={account} />
    </div>
  );
}

/** What network and jury owe the account. */
export function Credits({ proving, account }: { proving: Proving; account: Address }): ReactNode {
  const { market, coin, network, jury } = proving;
  const credits = [
    { by: "provers", label: "from cases", calls: network },
    { by: "jury", label: "from juries", calls: jury },
  ] as const;
  return (
    <div className={styles.item} data-testid="credits">
      <h3>Credit</h3>
      {credits.map(({ by, label, calls }) => {
        const amount = courtCredit(market.state, by, account);
        return (
          <div key={by} className={styles.itemHead}>
            <span>
              <strong data-testid={`credit-${by}`}>{coin(amount)}</strong> {label}
            </span>
            {amount > 0n && (
              <ReviewAndSend
                label={`Withdraw ${coin(amount)}`}
                txLabel={`Withdraw ${coin(amount)} ${label}`}
                testId={`withdraw-${by}`}
                review={[
                  { label: "You get", value: coin(amount), note: "all of it" },
                  { label: "To", value: <code className={styles.chainText}>{account}</code> },
                ]}
                warning="It is paid to this account."
                call={calls.withdraw(account)}
              />
            )}
          </div>
        );
      })}
    </div>
  );
}
