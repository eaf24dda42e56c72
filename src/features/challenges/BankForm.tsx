import { useMutation, useQuery } from "@tanstack/react-query";
import { FileKey } from "lucide-react";
import { useState } from "react";
import type { FormEvent, ReactNode } from "react";
import { Button } from "@/ui/Button.tsx";
import { Card } from "@/ui/Card.tsx";
import { Dropzone } from "@/ui/dropzone/Dropzone.tsx";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { PasswordField } from "@/ui/PasswordField.tsx";
import { Select } from "@/ui/Select.tsx";
import { formatAgo } from "../shared/describe.ts";
import { runsQuery } from "../shared/runsQuery.ts";
import styles from "./challenges.module.css";
import { copy } from "./copy.ts";
import { openBank } from "./desk.ts";

const FROM_FILE = "file";

/** Opens a bank: of a finished run in this browser, or from a file. */
export function BankForm(): ReactNode {
  const runs = useQuery(runsQuery);
  const finished = runs.data?.filter((run) => run.finished) ?? [];
  const [chosen, setChosen] = useState(FROM_FILE);
  const [file, setFile] = useState<File | null>(null);
  const [passphrase, setPassphrase] = useState("");
  const [dropError, setDropError] = useState<unknown>(null);
  const open = useMutation({
    mutationFn: async () => {
      const run = finished.find(({ id }) => id === chosen);
      if (run !== undefined) await openBank(run.modelName, { runId: run.id }, passphrase);
      else if (file !== null) await openBank(file.name, { file }, passphrase);
    },
  });
  const ready = passphrase !== "" && (chosen !== FROM_FILE || file !== null);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (ready) open.mutate();
  };
  return (
    <Card title="Your bank" note={copy.bank} testId="bank-form">
      <form className={styles.stack} onSubmit={submit}>
        {finished.length > 0 && (
          <Select
            label="Where it is"
            value={chosen}
            options={[
              { value: FROM_FILE, label: "A file" },
              ...finished.map((run) => ({
                value: run.id,
                label: `${run.modelName}, in this browser, ${formatAgo(run.updatedAt)}`,
              })),
            ]}
            onChange={setChosen}
          />
        )}
        {chosen === FROM_FILE && (
          <Dropzone
            compact
            multiple={false}
            icon={<FileKey aria-hidden />}
            title={file === null ? "Bank" : file.name}
            hint="bank.signet, as it was saved with the model."
            noun="bank"
            accept=".signet"
            testId="bank-dropzone"
            onFiles={({ files }) => {
              setDropError(null);
              setFile(files[0].file);
            }}
            onError={setDropError}
          />
        )}
        {dropError !== null && <ErrorNotice error={dropError} />}
        <div className={styles.row}>
          <PasswordField
            label="Passphrase of the bank"
            autoComplete="current-password"
            value={passphrase}
            onChange={setPassphrase}
          />
          <Button
            kind="primary"
            type="submit"
            disabled={!ready}
            busy={open.isPending}
            data-testid="open-bank"
          >
            Open bank
          </Button>
        </div>
        {open.error !== null && <ErrorNotice error={open.error} testId="bank-error" />}
      </form>
    </Card>
  );
}
