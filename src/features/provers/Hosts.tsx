import { useState } from "react";
import type { ReactNode } from "react";
import { zeroHash } from "viem";
import type { Host } from "@/chain/indexer/stateProvers.ts";
import { slashesOf, upheldAgainst } from "@/chain/proving/cases.ts";
import { baseUrlOf, hostIdOf } from "@/chain/proving/hostId.ts";
import { readCoin } from "@/chain/proving/readInput.ts";
import { RULES } from "@/chain/proving/rules.ts";
import { Badge } from "@/ui/Badge.tsx";
import { Card } from "@/ui/Card.tsx";
import { Stats } from "@/ui/Stat.tsx";
import { TextField } from "@/ui/TextField.tsx";
import { Hex } from "../shared/market/ChainText.tsx";
import { ReviewAndSend } from "../shared/send/ReviewAndSend.tsx";
import { knownBy } from "../shared/send/sendable.ts";
import { copy } from "./copy.ts";
import { Deterrence } from "./Deterrence.tsx";
import { PassTime } from "./PassTime.tsx";
import styles from "./provers.module.css";
import type { Proving } from "./useProving.ts";
import { Deadline, When } from "./When.tsx";

export function idOrNull(url: string): `0x${string}` | null {
  try {
    return hostIdOf(url);
  } catch {
    return null;
  }
}

/** Hosts with collateral, and putting some up oneself. */
export function Hosts({ proving }: { proving: Proving }): ReactNode {
  const { market, account } = proving;
  const hosts = [...market.state.hosts.values()].filter(({ left }) => !left);
  const mine = hosts.find(({ address }) => address === account);
  return (
    <>
      <Card title="Hosts with collateral" note={copy.hosts} testId="hosts">
        {hosts.length === 0 ? (
          <p className={styles.soft}>No host put up collateral.</p>
        ) : (
          <HostTable hosts={hosts} proving={proving} />
        )}
        <Slashes proving={proving} />
      </Card>
      <Card
        title={mine === undefined ? "Put up collateral" : "My collateral"}
        testId="my-host"
        note="A host is named by the hash of its base URL, and signs receipts with the account that puts up the collateral."
      >
        <MyHost proving={proving} mine={mine} />
      </Card>
      <Deterrence proving={proving} />
    </>
  );
}

function HostTable({ hosts, proving }: { hosts: readonly Host[]; proving: Proving }): ReactNode {
  const { market, coin, now } = proving;
  return (
    <div className={styles.scroll}>
      <table>
        <caption className="visually-hidden">Hosts with collateral</caption>
        <thead>
          <tr>
            <th scope="col">Hash of the URL</th>
            <th scope="col">Signs as</th>
            <th scope="col" className={styles.amount}>
              Collateral
            </th>
            <th scope="col">Record</th>
          </tr>
        </thead>
        <tbody>
          {hosts.map(({ address, id, collateral, leavesAt, slashes }) => {
            const upheld = upheldAgainst(market.state, id);
            return (
              <tr key={address}>
                <td>
                  <Hex value={id} label="hash of the host's URL" />
                </td>
                <td>
                  <Hex value={address} label="address of the host" />
                </td>
                <td className={styles.amount}>{coin(collateral)}</td>
                <td>
                  <div className={styles.badges}>
                    {upheld > 0 && <Badge tone="bad">{upheld} upheld</Badge>}
                    {slashes > 0 && <Badge tone="bad">slashed {slashes}×</Badge>}
                    {leavesAt !== null && now !== null && (
                      <Badge tone="warn">
                        leaving <When at={leavesAt} now={now} />
                      </Badge>
                    )}
                    {upheld === 0 && slashes === 0 && <Badge>nothing against it</Badge>}
                  </div>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Slashes({ proving }: { proving: Proving }): ReactNode {
  const { market, coin, modelName, now } = proving;
  const slashes = slashesOf(market.state).slice(0, 20);
  if (slashes.length === 0 || now === null) return null;
  return (
    <div className={styles.scroll} data-testid="slashes">
      <table>
        <caption className="visually-hidden">Collateral that was lost</caption>
        <thead>
          <tr>
            <th scope="col">Lost</th>
            <th scope="col">Host</th>
            <th scope="col" className={styles.amount}>
              To the prover
            </th>
            <th scope="col" className={styles.amount}>
              To the model
            </th>
          </tr>
        </thead>
        <tbody>
          {slashes.map((slash) => (
            <tr key={slash.at.transaction}>
              <td>
                {coin(slash.slashed)} <When at={slash.at.timeSeconds} now={now} past />
              </td>
              <td>
                <Hex value={slash.host} label="address of the host" />
              </td>
              <td className={styles.amount}>{coin(slash.toProver)}</td>
              <td className={styles.amount}>
                {coin(slash.toModel)} to {modelName(slash.model)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function MyHost({ proving, mine }: { proving: Proving; mine: Host | undefined }): ReactNode {
  const { coin, network, now } = proving;
  const [url, setUrl] = useState("");
  const [amount, setAmount] = useState("0.1");
  const id = mine?.id ?? idOrNull(url);
  const wei = readCoin(amount);
  const least = mine === undefined ? RULES.leastStake : 1n;
  const low = wei !== null && wei < least;
  const leavesAt = mine?.leavesAt ?? null;
  return (
    <div className={styles.stack}>
      {mine !== undefined && (
        <Stats
          entries={[
            { label: "Collateral", value: coin(mine.collateral) },
            { label: "Lost so far", value: coin(mine.slashed) },
            { label: "Hash of the URL", value: <Hex value={mine.id} label="hash of the URL" /> },
          ]}
        />
      )}
      <div className={styles.fields}>
        {mine === undefined && (
          <TextField
            label="Base URL"
            placeholder="https://api.example.org/v1"
            value={url}
            spellCheck={false}
            hint="Only its hash goes to the chain."
            error={url !== "" && id === null ? "Enter an http:// or https:// address." : null}
            onChange={setUrl}
          />
        )}
        <TextField
          label="Collateral to put up"
          value={amount}
          inputMode="decimal"
          error={
            wei === null
              ? "Enter an amount above 0."
              : low
                ? `A host begins with ${coin(RULES.leastStake)} at least.`
                : null
          }
          onChange={setAmount}
        />
      </div>
      <ReviewAndSend
        label={mine === undefined ? "Register as host" : "Add collateral"}
        testId="register-host"
        known={knownBy(network.registerHost(zeroHash, 0n), 0)}
        review={[
          {
            label: "Base URL",
            value: (
              <span className={styles.chainText}>
                {mine === undefined && id !== null ? baseUrlOf(url) : "as registered"}
              </span>
            ),
          },
          { label: "Collateral afterwards", value: coin((mine?.collateral ?? 0n) + (wei ?? 0n)) },
        ]}
        warning="Half of it is lost with each signed receipt for a call that nobody paid for. It leaves 14 days after you ask for it; adding takes the wish to leave back."
        call={id === null || wei === null || low ? null : network.registerHost(id, wei)}
      />
      {mine !== undefined && leavesAt === null && (
        <ReviewAndSend
          label="Ask for the collateral back"
          testId="request-host-exit"
          kind="plain"
          review={[{ label: "Leaves", value: coin(mine.collateral), note: "in 14 days" }]}
          warning="Until then it can still be lost."
          call={network.requestHostExit()}
        />
      )}
      {mine !== undefined && leavesAt !== null && now !== null && (
        <>
          <p>
            It can be taken back <Deadline at={leavesAt} now={now} />.
          </p>
          <ReviewAndSend
            label="Take the collateral back"
            testId="exit-host"
            review={[{ label: "You get", value: coin(mine.collateral) }]}
            warning="You are no registered host afterwards; the URL can be registered by anyone."
            refused={now < leavesAt ? "The 14 days are not over." : null}
            call={network.exitHost()}
          />
          {now < leavesAt && (
            <PassTime proving={proving} until={leavesAt} label="Let 14 days pass here" />
          )}
        </>
      )}
    </div>
  );
}
