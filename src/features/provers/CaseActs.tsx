import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { ReactNode } from "react";
import { zeroHash } from "viem";
import { openActs, refusal, type CaseFile, type OpenAct } from "@/chain/proving/cases.ts";
import { readEvidence } from "@/chain/proving/readInput.ts";
import { RULES } from "@/chain/proving/rules.ts";
import { caseReading } from "@/chain/queries/proving.ts";
import { Card } from "@/ui/Card.tsx";
import { TextArea } from "@/ui/TextField.tsx";
import { ReviewAndSend } from "../shared/send/ReviewAndSend.tsx";
import { knownBy } from "../shared/send/sendable.ts";
import { ACTS } from "./copy.ts";
import { PassTime } from "./PassTime.tsx";
import styles from "./provers.module.css";
import { actorOf, type Proving } from "./useProving.ts";
import { Deadline } from "./When.tsx";

/** Done on this card; votes have their own. */
const HERE: ReadonlySet<string> = new Set(["show", "contest", "escalate", "finalize"]);

/** What can be done with an open case, by whom, and until when. */
export function CaseActs({ file, proving }: { file: CaseFile; proving: Proving }): ReactNode {
  const { now } = proving;
  if (now === null) return null;
  const acts = openActs(file, now).filter(({ act }) => HERE.has(act));
  const { deadline } = file.record;
  return (
    <Card title="What can be done" testId="case-acts">
      <div className={styles.list}>
        {acts.map((act) => (
          <section key={act.act} className={styles.item} aria-label={ACTS[act.act]}>
            <div className={styles.itemHead}>
              <h3>{ACTS[act.act]}</h3>
              <span className={styles.soft}>
                {act.until !== null && (
                  <>
                    ends <Deadline at={act.until} now={now} />
                  </>
                )}
                {act.from !== null && (
                  <>
                    possible <Deadline at={act.from} now={now} />
                  </>
                )}
              </span>
            </div>
            <Act act={act} file={file} proving={proving} />
          </section>
        ))}
      </div>
      {now < deadline && file.record.state !== "escalated" && (
        <PassTime proving={proving} until={deadline} label="Let this time pass here" />
      )}
    </Card>
  );
}

function Act({
  act,
  file,
  proving,
}: {
  act: OpenAct;
  file: CaseFile;
  proving: Proving;
}): ReactNode {
  const actor = actorOf(proving, file);
  const refused = actor === null ? null : refusal(file, act.act, actor);
  const props = { file, proving, refused };
  switch (act.act) {
    case "show":
      return (
        <p className={styles.soft}>
          {refused ?? "With a leaf that was not shown yet, against the same host."} Commit and
          reveal it under <Link to="/provers">My filings</Link>.
        </p>
      );
    case "contest":
      return <Contest {...props} />;
    case "escalate":
      return <Escalate {...props} />;
    default:
      return <Finalize {...props} early={act.from !== null} />;
  }
}

interface ActProps {
  file: CaseFile;
  proving: Proving;
  refused: string | null;
}

function Contest({ file, proving, refused }: ActProps): ReactNode {
  const { coin, network } = proving;
  const [text, setText] = useState("");
  const evidence = readEvidence(text);
  return (
    <>
      <TextArea
        label="Counter evidence"
        hint="Its hash goes to the chain, so keep the text: a 32-byte hash is taken as it is, anything else is hashed (SHA-256) here."
        error={text.trim() !== "" && evidence === null ? "That is no hash of 32 bytes." : null}
        value={text}
        rows={3}
        onChange={setText}
      />
      <ReviewAndSend
        label="Contest"
        txLabel="Contest a case"
        testId="contest"
        known={knownBy(network.contest(file.record.id, zeroHash, 0n), 1)}
        review={[
          {
            label: "Hash of the evidence",
            value: <code className={styles.chainText}>{evidence}</code>,
          },
          {
            label: "If you are right",
            value: coin(RULES.bond),
            note: "and half of what provers lose",
          },
        ]}
        warning="The bond is lost when the jury finds for the provers. It comes back when nobody escalates, on a tie, and when the jury finds for you."
        refused={refused}
        call={evidence === null ? null : network.contest(file.record.id, evidence, RULES.bond)}
      />
    </>
  );
}

function Escalate({ file, proving, refused }: ActProps): ReactNode {
  const { config, deployment, network } = proving;
  const { data } = useQuery(caseReading(config, deployment, file.record));
  return (
    <ReviewAndSend
      label="Escalate"
      txLabel="Take a case to the jury"
      testId="escalate"
      review={[
        { label: "Votes are cast", value: "2 days", note: "then revealed for 2 days" },
        { label: "If they agree with you", value: "the fee comes back", note: "out of the bond" },
      ]}
      warning="The fee goes to the jurors. When they find for the contester it is lost, and each prover of the case loses 0.05 of its stake."
      refused={refused}
      call={data === undefined ? null : network.escalate(file.record.id, data.cost)}
    />
  );
}

function Finalize({ file, proving, refused, early }: ActProps & { early: boolean }): ReactNode {
  const upholds = file.record.state === "suspected";
  return (
    <ReviewAndSend
      label="Finalise"
      txLabel="Finalise a case"
      testId="finalize"
      review={[
        {
          label: "The case is then",
          value: upholds ? "upheld" : "dismissed",
          note: upholds ? "the host is tagged, the provers are paid" : "everything goes back",
        },
      ]}
      warning="An ended case stays as it is."
      refused={early ? "Others still have time to act." : refused}
      call={proving.network.finalize(file.record.id)}
    />
  );
}
