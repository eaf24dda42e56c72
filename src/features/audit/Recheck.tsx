import { useMutation } from "@tanstack/react-query";
import { FileCheck2 } from "lucide-react";
import { useState } from "react";
import type { FormEvent, ReactNode } from "react";
import { Button } from "@/ui/Button.tsx";
import { Card } from "@/ui/Card.tsx";
import { Disclosure } from "@/ui/Disclosure.tsx";
import { Dropzone } from "@/ui/dropzone/Dropzone.tsx";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { PasswordField } from "@/ui/PasswordField.tsx";
import { filesClient } from "../shared/clients.ts";
import styles from "./audit.module.css";
import { copy } from "./copy.ts";
import { registryAtHand } from "../shared/registryAtHand.ts";
import { useAudit } from "./store.ts";

/** Computes somebody's report again from what it holds. */
export function Recheck(): ReactNode {
  const bank = useAudit((state) => state.bank);
  const [passphrase, setPassphrase] = useState("");
  const [report, setReport] = useState<File | null>(null);
  const [transcript, setTranscript] = useState<File | null>(null);
  const [dropError, setDropError] = useState<unknown>(null);
  const check = useMutation({
    mutationFn: async ({ file, spoken }: { file: File; spoken: File | null }) =>
      filesClient().call("recheckReport", {
        report: await file.text(),
        transcript: spoken === null ? null : await spoken.text(),
        bank: passphrase === "" ? null : bank,
        passphrase: passphrase === "" || bank === null ? null : passphrase,
        registry: await registryAtHand(),
      }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (report !== null) check.mutate({ file: report, spoken: transcript });
  };
  const take = async (files: readonly File[]): Promise<void> => {
    setDropError(null);
    check.reset();
    let [file, spoken] = [report, transcript];
    for (const one of files) {
      if (await isTranscript(one)) spoken = one;
      else file = one;
    }
    setReport(file);
    setTranscript(spoken);
    if (file !== null && passphrase === "") check.mutate({ file, spoken });
  };
  return (
    <Card title="Check a report" note={copy.recheck} testId="recheck">
      <Dropzone
        compact
        icon={<FileCheck2 aria-hidden />}
        title={
          [report, transcript].flatMap((file) => (file === null ? [] : [file.name])).join(", ") ||
          "Report"
        }
        hint="The JSON file that an audit wrote; of a host, its transcript too if you have it."
        noun="report"
        accept=".json,application/json"
        onFiles={({ files }) => void take(files.map(({ file }) => file)).catch(setDropError)}
        onError={setDropError}
      />
      {dropError !== null && <ErrorNotice error={dropError} />}
      <Disclosure title="Check its keys against the bank too">
        <form className={styles.start} onSubmit={submit}>
          <PasswordField
            label="Passphrase of the bank chosen above"
            value={passphrase}
            onChange={setPassphrase}
            {...(bank === null ? { hint: "Choose the bank at the top of this screen first." } : {})}
          />
          <Button type="submit" disabled={report === null} busy={check.isPending}>
            Check report
          </Button>
        </form>
      </Disclosure>
      {check.error !== null && <ErrorNotice error={check.error} />}
      {check.data !== undefined && (
        <Notice
          kind={check.data.valid ? "good" : "error"}
          testId="recheck-result"
          title={
            check.data.valid
              ? "The report's figures follow from its evidence."
              : "The report does not hold."
          }
        >
          {check.data.problems.map((problem) => (
            <p key={problem}>{problem}</p>
          ))}
          {check.data.notes.map((note) => (
            <p key={note}>{note}</p>
          ))}
        </Notice>
      )}
    </Card>
  );
}

async function isTranscript(file: File): Promise<boolean> {
  return (await file.text()).includes('"format":"signet-transcript"');
}
