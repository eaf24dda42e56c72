import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { ReactNode } from "react";
import { caseFiles, isEnded, type CaseFile } from "@/chain/proving/cases.ts";
import { Badge } from "@/ui/Badge.tsx";
import { Button } from "@/ui/Button.tsx";
import { Card } from "@/ui/Card.tsx";
import { Select } from "@/ui/Select.tsx";
import { TextField } from "@/ui/TextField.tsx";
import { Hex } from "../shared/market/ChainText.tsx";
import { copy, STATES } from "./copy.ts";
import { idOrNull } from "./Hosts.tsx";
import styles from "./provers.module.css";
import type { Proving } from "./useProving.ts";
import { When } from "./When.tsx";

const PAGE = 25;
type Which = "all" | "open" | "ended" | "upheld" | "mine";

const WHICH: readonly { value: Which; label: string }[] = [
  { value: "all", label: "All" },
  { value: "open", label: "Open" },
  { value: "ended", label: "Ended" },
  { value: "upheld", label: "Upheld" },
  { value: "mine", label: "With my part in them" },
];

function isShown({ record, parties, votes }: CaseFile, which: Which, account?: string): boolean {
  switch (which) {
    case "open":
      return !isEnded(record);
    case "ended":
      return isEnded(record);
    case "upheld":
      return record.state === "upheld";
    case "mine":
      return (
        account !== undefined &&
        (record.contester === account ||
          parties.some(({ prover }) => prover === account) ||
          votes.some(({ juror }) => juror === account))
      );
    default:
      return true;
  }
}

/** All class B cases, filtered. */
export function Cases({ proving }: { proving: Proving }): ReactNode {
  const { market, account, modelName } = proving;
  const [which, setWhich] = useState<Which>("all");
  const [model, setModel] = useState("any");
  const [url, setUrl] = useState("");
  const [shown, setShown] = useState(PAGE);
  const files = useMemo(() => caseFiles(market.state), [market.state]);
  const host = url.trim() === "" ? null : idOrNull(url);
  const found = files.filter(
    (file) =>
      isShown(file, which, account) &&
      (model === "any" || String(file.record.model) === model) &&
      (url.trim() === "" || file.record.host === host),
  );
  const models = [...new Set(files.map(({ record }) => record.model))];
  return (
    <Card title="Cases" note={copy.cases} testId="cases">
      {files.length === 0 ? (
        <p className={styles.soft}>
          {market.ready
            ? "There are no cases. The first fingerprint that a prover reveals against a host begins one."
            : "Reading the chain…"}
        </p>
      ) : (
        <>
          <div className={styles.fields}>
            <Select label="Show" value={which} options={WHICH} onChange={setWhich} />
            <Select
              label="Model"
              value={model}
              options={[
                { value: "any", label: "Any" },
                ...models.map((id) => ({ value: String(id), label: modelName(id) })),
              ]}
              onChange={setModel}
            />
            <TextField
              label="Host's base URL"
              optional
              value={url}
              spellCheck={false}
              error={
                url.trim() !== "" && host === null ? "Enter an http:// or https:// address." : null
              }
              onChange={setUrl}
            />
          </div>
          <p role="status" className={styles.soft}>
            {found.length} of {files.length} {files.length === 1 ? "case" : "cases"}
          </p>
          <ul className={styles.list} data-testid="case-list">
            {found.slice(0, shown).map((file) => (
              <CaseItem key={String(file.record.id)} file={file} proving={proving} />
            ))}
          </ul>
          {found.length > shown && (
            <div>
              <Button onClick={() => setShown(shown + PAGE)}>Show more</Button>
            </div>
          )}
        </>
      )}
    </Card>
  );
}

function CaseItem({ file, proving }: { file: CaseFile; proving: Proving }): ReactNode {
  const { record, leaves, parties } = file;
  const { now, modelName } = proving;
  const { label, tone } = STATES[record.state];
  return (
    <li className={styles.item}>
      <div className={styles.itemHead}>
        <h3>
          <Link to="/provers/cases/$id" params={{ id: String(record.id) }}>
            {modelName(record.model)}
          </Link>
        </h3>
        <Badge tone={tone}>{label}</Badge>
      </div>
      <div className={styles.soft}>
        Host <Hex value={record.host} label="hash of the host's URL" />
        {leaves.length} {leaves.length === 1 ? "leaf" : "leaves"} by {parties.length}{" "}
        {parties.length === 1 ? "prover" : "provers"}
        {now !== null && (
          <>
            , opened <When at={record.opened.timeSeconds} now={now} past />
            {record.deadline > 0n && (
              <>
                , {record.deadline > now ? "ends" : "time was over"}{" "}
                <When at={record.deadline} now={now} />
              </>
            )}
          </>
        )}
      </div>
    </li>
  );
}
