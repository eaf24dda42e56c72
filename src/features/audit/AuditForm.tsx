import { useQuery } from "@tanstack/react-query";
import { FileKey, FlaskConical, Scale } from "lucide-react";
import { useState } from "react";
import type { FormEvent, ReactNode } from "react";
import { formatBytes } from "@/lib/format.ts";
import { Button } from "@/ui/Button.tsx";
import { Card } from "@/ui/Card.tsx";
import { ChoiceCards } from "@/ui/ChoiceCards.tsx";
import { Dropzone } from "@/ui/dropzone/Dropzone.tsx";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { PasswordField } from "@/ui/PasswordField.tsx";
import { Select } from "@/ui/Select.tsx";
import { DEVICE_CHOICES } from "../shared/describe.ts";
import { closeChallenge, useOpenedChallenge } from "../shared/openedChallenge.ts";
import { RegistryStanding } from "../shared/RegistryStanding.tsx";
import { failDrop, pickDemoSuspect, startAudit, startHostAudit, takeBank } from "./actions.ts";
import styles from "./audit.module.css";
import { Chosen, describe } from "./Chosen.tsx";
import { copy } from "./copy.ts";
import { HostFields, TokenizerSlot } from "./HostFields.tsx";
import { hostsQuery } from "./hosts.ts";
import { useAudit } from "./store.ts";

export function AuditForm({ busy }: { busy: boolean }): ReactNode {
  const { where, suspect, bank, device, dropError, hostName, tokenizer } = useAudit();
  const opened = useOpenedChallenge((state) => state.opened);
  const hosts = useQuery({ ...hostsQuery, enabled: where === "host" });
  const [passphrase, setPassphrase] = useState("");
  const [apiKey, setApiKey] = useState("");
  const sheet = opened?.sheet ?? null;
  const onHost = where === "host";
  const host = hosts.data?.find(({ name }) => name === hostName) ?? hosts.data?.[0];
  const ready = onHost
    ? host !== undefined && tokenizer !== null && sheet !== null
    : suspect !== null && (sheet !== null || (bank !== null && passphrase !== ""));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!ready || busy) return;
    if (!onHost) void startAudit(passphrase);
    else if (host !== undefined) void startHostAudit(host, apiKey);
  };
  return (
    <Card title="What to compare" note={copy.inputs} testId="audit-form">
      <ChoiceCards
        legend="Where the suspect is"
        value={where}
        choices={[
          { value: "files", title: "A model folder", note: copy.where.files, disabled: busy },
          { value: "host", title: "A host on the net", note: copy.where.host, disabled: busy },
        ]}
        onChange={(value) => useAudit.setState({ where: value })}
      />
      <div className={styles.inputs}>
        {onHost ? (
          <HostFields
            hosts={hosts.data ?? null}
            chosen={host?.name ?? null}
            apiKey={apiKey}
            onApiKey={setApiKey}
            busy={busy}
          />
        ) : (
          <SuspectSlot busy={busy} />
        )}
        <BankSlot busy={busy} />
        {onHost ? <TokenizerSlot busy={busy} /> : <BaseSlot busy={busy} />}
      </div>
      {dropError !== null && <ErrorNotice error={dropError} />}
      {opened !== null && opened.error !== null && (
        <ErrorNotice error={opened.error} testId="challenge-error" />
      )}
      {sheet !== null && <RegistryStanding bound={sheet.bound} check={sheet.check} />}
      <form className={styles.start} onSubmit={submit}>
        {!onHost && sheet === null && (
          <PasswordField
            label="Passphrase of the bank"
            autoComplete="current-password"
            value={passphrase}
            onChange={setPassphrase}
          />
        )}
        {!onHost && (
          <Select
            label="Device"
            value={device}
            options={DEVICE_CHOICES}
            onChange={(chosen) => useAudit.setState({ device: chosen })}
          />
        )}
        <Button
          kind="primary"
          type="submit"
          disabled={!ready || busy}
          icon={<Scale aria-hidden />}
          data-testid="start-audit"
        >
          {onHost ? "Audit this host" : "Audit this model"}
        </Button>
      </form>
    </Card>
  );
}

function SuspectSlot({ busy }: { busy: boolean }): ReactNode {
  const suspect = useAudit((state) => state.suspect);
  if (suspect !== null) {
    return (
      <Chosen
        label={copy.suspect.title}
        name={suspect.name}
        note={describe(suspect)}
        disabled={busy}
        onClear={() => useAudit.setState({ suspect: null })}
      />
    );
  }
  return (
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
  );
}

/** A bank, or a challenge package in its place. */
function BankSlot({ busy }: { busy: boolean }): ReactNode {
  const bank = useAudit((state) => state.bank);
  const opened = useOpenedChallenge((state) => state.opened);
  if (opened !== null && opened.error === null) {
    const { sheet } = opened;
    return (
      <Chosen
        label={copy.challenge.title}
        name={opened.name}
        note={
          sheet === null
            ? "Opening"
            : `${sheet.pairs.length} pairs, proven against their root, for ${sheet.prover.replace(/ <age1.*>$/, "")}`
        }
        disabled={busy}
        onClear={closeChallenge}
      />
    );
  }
  if (bank !== null) {
    return (
      <Chosen
        label={copy.bank.title}
        name={bank.name}
        note={`${formatBytes(bank.size)}, encrypted`}
        disabled={busy}
        onClear={() => useAudit.setState({ bank: null })}
      />
    );
  }
  return (
    <Dropzone
      compact
      multiple={false}
      testId="bank-dropzone"
      icon={<FileKey aria-hidden />}
      title={copy.bank.title}
      hint={copy.bank.hint}
      noun="bank"
      accept=".signet,.age"
      onFiles={({ files }) => void takeBank(files[0].file).catch(failDrop)}
      onError={failDrop}
    />
  );
}

function BaseSlot({ busy }: { busy: boolean }): ReactNode {
  const base = useAudit((state) => state.base);
  if (base !== null) {
    return (
      <Chosen
        label={copy.base.title}
        name={base.name}
        note={describe(base)}
        disabled={busy}
        onClear={() => useAudit.setState({ base: null })}
      />
    );
  }
  return (
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
  );
}
