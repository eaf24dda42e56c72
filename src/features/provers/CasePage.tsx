import { Link, useParams } from "@tanstack/react-router";
import { ArrowLeft, SearchX } from "lucide-react";
import { useMemo } from "react";
import type { ReactNode } from "react";
import { caseFile, isEnded, upheldAgainst, type CaseFile } from "@/chain/proving/cases.ts";
import { RULES } from "@/chain/proving/rules.ts";
import { Badge } from "@/ui/Badge.tsx";
import { Card } from "@/ui/Card.tsx";
import { EmptyState } from "@/ui/EmptyState.tsx";
import { Screen } from "@/ui/Screen.tsx";
import { Stats } from "@/ui/Stat.tsx";
import { Hex } from "../shared/market/ChainText.tsx";
import { SyncNotice } from "../shared/market/SyncNotice.tsx";
import { CaseActs } from "./CaseActs.tsx";
import { CaseMoneyCard } from "./CaseMoneyCard.tsx";
import { STATES } from "./copy.ts";
import { Jury } from "./Jury.tsx";
import styles from "./provers.module.css";
import { Credits } from "./Stake.tsx";
import { useProving, type Proving } from "./useProving.ts";
import { Deadline, When } from "./When.tsx";

/** One class B case from its first leaf to its payouts. */
export function CasePage(): ReactNode {
  // Any text: it comes from the page's address.
  const { id = "" } = useParams({ strict: false });
  const proving = useProving();
  const { market } = proving;
  const file = useMemo(
    () => (/^\d{1,78}$/.test(id) ? caseFile(market.state, BigInt(id)) : null),
    [market.state, id],
  );
  const back = (
    <Link to="/provers" className={styles.back}>
      <ArrowLeft aria-hidden /> Provers
    </Link>
  );
  if (file === null) {
    return (
      <div className={styles.stack}>
        {back}
        <h1 className="visually-hidden">Case</h1>
        <SyncNotice market={market} />
        {market.ready && (
          <EmptyState icon={<SearchX aria-hidden />} title="There is no such case here">
            It may be on another network, or the chain may have taken it back.
          </EmptyState>
        )}
      </div>
    );
  }
  return (
    <div className={styles.stack}>
      {back}
      <Screen title={`Case about ${proving.modelName(file.record.model)}`}>
        <SyncNotice market={market} />
        <Claim file={file} proving={proving} />
        {!isEnded(file.record) && <CaseActs file={file} proving={proving} />}
        {file.dispute !== null && <Jury file={file} dispute={file.dispute} proving={proving} />}
        <CaseMoneyCard file={file} proving={proving} />
        {proving.account !== undefined && (
          <Card testId="case-credits">
            <Credits proving={proving} account={proving.account} />
          </Card>
        )}
        <Leaves file={file} proving={proving} />
      </Screen>
    </div>
  );
}

function Claim({ file, proving }: { file: CaseFile; proving: Proving }): ReactNode {
  const { record, leaves, parties } = file;
  const { market, now, modelName, account } = proving;
  const { label, tone, text } = STATES[record.state];
  const upheld = upheldAgainst(market.state, record.host);
  return (
    <Card
      title="What is claimed"
      testId="case-claim"
      aside={
        <div className={styles.badges} data-testid="case-state" data-state={record.state}>
          <Badge tone={tone}>{label}</Badge>
          {parties.some(({ prover }) => prover === account) && (
            <Badge tone="accent">you are its prover</Badge>
          )}
          {record.contester === account && account !== undefined && (
            <Badge tone="accent">you contested it</Badge>
          )}
        </div>
      }
    >
      <p>
        That a host serves{" "}
        <Link to="/market/$model" params={{ model: String(record.model) }}>
          {modelName(record.model)}
        </Link>{" "}
        without permission. {text}
      </p>
      <Stats
        entries={[
          {
            label: "Leaves",
            value: `${leaves.length} of ${RULES.leavesNeeded} needed`,
            note: `by ${parties.length} of ${RULES.proversNeeded} provers`,
          },
          {
            label: "Host",
            value: <Hex value={record.host} label="hash of the host's URL" />,
            note: upheld === 0 ? "hash of its base URL" : `${upheld} upheld against it`,
          },
          {
            label: "Opened",
            value: now === null ? "…" : <When at={record.opened.timeSeconds} now={now} past />,
          },
          {
            label: record.deadline === 0n ? "Ended" : "This state ends",
            value:
              now === null ? (
                "…"
              ) : (
                <Deadline
                  at={record.deadline === 0n ? record.changed.timeSeconds : record.deadline}
                  now={now}
                />
              ),
          },
        ]}
      />
      {record.contester !== null && (
        <div className={styles.soft}>
          Contested by <Hex value={record.contester} label="address of the contester" />
          {record.counterEvidence !== null && (
            <>
              {" "}
              with evidence of the hash{" "}
              <Hex value={record.counterEvidence} label="hash of the counter evidence" />
            </>
          )}
        </div>
      )}
    </Card>
  );
}

function Leaves({ file, proving }: { file: CaseFile; proving: Proving }): ReactNode {
  const { now } = proving;
  return (
    <Card
      title="Leaves shown"
      note="Each is a committed fingerprint with its proof, checked by the contract. That the host gave the answer is its prover's word; the transcript's hash stands beside it."
      testId="case-leaves"
    >
      <div className={styles.scroll}>
        <table>
          <caption className="visually-hidden">Leaves of this case</caption>
          <thead>
            <tr>
              <th scope="col">Leaf</th>
              <th scope="col">Response token</th>
              <th scope="col">Prover</th>
              <th scope="col">Transcript</th>
              <th scope="col">Shown</th>
            </tr>
          </thead>
          <tbody>
            {file.leaves.map(({ epoch, index, response, prover, evidenceHash, at }) => (
              <tr key={`${epoch} ${index}`}>
                <td>
                  {String(index)}
                  {epoch > 0 && ` of epoch ${epoch}`}
                </td>
                <td>{response}</td>
                <td>
                  <Hex value={prover} label="address of the prover" />
                </td>
                <td>
                  <Hex value={evidenceHash} label="hash of the transcript" />
                </td>
                <td>{now === null ? "…" : <When at={at.timeSeconds} now={now} past />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
