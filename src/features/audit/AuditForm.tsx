import { CircleCheck, FileKey, FlaskConical, Scale } from "lucide-react";
import { useState } from "react";
import type { FormEvent, ReactNode } from "react";
import { formatBytes } from "@/lib/format.ts";
import type { FileEntry } from "@/rpc/protocols.ts";
import { Button } from "@/ui/Button.tsx";
import { Card } from "@/ui/Card.tsx";
import { Dropzone } from "@/ui/dropzone/Dropzone.tsx";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { PasswordField } from "@/ui/PasswordField.tsx";
import { Select } from "@/ui/Select.tsx";
import { DEVICE_CHOICES } from "../shared/describe.ts";
import { failDrop, pickDemoSuspect, startAudit } from "./actions.ts";
import styles from "./audit.module.css";
import { copy } from "./copy.ts";
import { useAudit } from "./store.ts";
import type { Dropped } from "./store.ts";

export function AuditForm({ busy }: { busy: boolean }): ReactNode {
  const { suspect, base, bank, device, dropError } = useAudit();
  const [passphrase, setPassphrase] = useState("");
  const ready = suspect !== null && bank !== null && passphrase !== "";
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (ready && !busy) void startAudit(passphrase);
  };
  return (
    <Card title="What to compare" note={copy.inputs} testId="audit-form">
      <div className={styles.inputs}>
        {suspect === null ? (
          <Dropzone
            compact
            folders
            testId="suspect-dropzone"
            title={copy.suspect.title}
            hint={copy.suspect.hint}
            noun="suspect"
            onFiles={(dropped) => useAudit.setState({ suspect: dropped, dropError: null })}
            onError={failDrop}
            extra={
              <Button
                kind="quiet"
                icon={<FlaskConical aria-hidden />}
                onClick={() => void pickDemoSuspect()}
              >
                Demo model
              </Button>
            }
          />
        ) : (
          <Chosen
            label={copy.suspect.title}
            name={suspect.name}
            note={describe(suspect)}
            disabled={busy}
            onClear={() => useAudit.setState({ suspect: null })}
          />
        )}
        {bank === null ? (
          <Dropzone
            compact
            multiple={false}
            testId="bank-dropzone"
            icon={<FileKey aria-hidden />}
            title={copy.bank.title}
            hint={copy.bank.hint}
            noun="bank"
            accept=".signet"
            onFiles={({ files }) => useAudit.setState({ bank: files[0].file, dropError: null })}
            onError={failDrop}
          />
        ) : (
          <Chosen
            label={copy.bank.title}
            name={bank.name}
            note={`${formatBytes(bank.size)}, encrypted`}
            disabled={busy}
            onClear={() => useAudit.setState({ bank: null })}
          />
        )}
        {base === null ? (
          <Dropzone
            compact
            folders
            testId="base-dropzone"
            icon={<Scale aria-hidden />}
            title={copy.base.title}
            hint={copy.base.hint}
            noun="base"
            onFiles={(dropped) => useAudit.setState({ base: dropped, dropError: null })}
            onError={failDrop}
          />
        ) : (
          <Chosen
            label={copy.base.title}
            name={base.name}
            note={describe(base)}
            disabled={busy}
            onClear={() => useAudit.setState({ base: null })}
          />
        )}
      </div>
      {dropError !== null && <ErrorNotice error={dropError} />}
      <form className={styles.start} onSubmit={submit}>
        <PasswordField
          label="Passphrase of the bank"
          autoComplete="current-password"
          value={passphrase}
          onChange={setPassphrase}
        />
        <Select
          label="Device"
          value={device}
          options={DEVICE_CHOICES}
          onChange={(chosen) => useAudit.setState({ device: chosen })}
        />
        <Button
          kind="primary"
          type="submit"
          disabled={!ready || busy}
          icon={<Scale aria-hidden />}
          data-testid="start-audit"
        >
          Audit this model
        </Button>
      </form>
    </Card>
  );
}

function Chosen({
  label,
  name,
  note,
  disabled,
  onClear,
}: {
  label: string;
  name: string;
  note: string;
  disabled: boolean;
  onClear: () => void;
}): ReactNode {
  return (
    <div className={styles.chosen} role="group" aria-label={label}>
      <p>{label}</p>
      <div className={styles.chosenName}>
        <CircleCheck aria-hidden /> {name}
      </div>
      <p>{note}</p>
      <Button size="small" disabled={disabled} onClick={onClear}>
        Choose another
      </Button>
    </div>
  );
}

function describe({ files }: Dropped): string {
  const bytes = files.reduce((sum, entry) => sum + sizeOf(entry), 0);
  return `${files.length} ${files.length === 1 ? "file" : "files"}, ${formatBytes(bytes)}`;
}

function sizeOf(entry: FileEntry): number {
  return "file" in entry ? entry.file.size : entry.sizeBytes;
}
