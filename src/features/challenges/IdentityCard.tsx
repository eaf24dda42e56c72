import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Download, KeyRound, Trash2, Upload } from "lucide-react";
import { useState } from "react";
import type { FormEvent, ReactNode } from "react";
import { Button } from "@/ui/Button.tsx";
import { Actions, Card } from "@/ui/Card.tsx";
import { ConfirmDialog } from "@/ui/ConfirmDialog.tsx";
import { CopyButton } from "@/ui/CopyButton.tsx";
import { Disclosure } from "@/ui/Disclosure.tsx";
import { downloadText } from "@/ui/download.ts";
import { Dropzone } from "@/ui/dropzone/Dropzone.tsx";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { PasswordField } from "@/ui/PasswordField.tsx";
import { toast } from "@/ui/toasts.ts";
import { challengeClient } from "../shared/clients.ts";
import { MIN_LENGTH, passphraseStrength } from "../shared/passphrase.ts";
import styles from "./challenges.module.css";
import { copy } from "./copy.ts";
import { identityQuery } from "./identity.ts";
import { QrCode } from "./QrCode.tsx";

/** A prover's identity: its public recipient, and ways to bring it to another browser. */
export function IdentityCard(): ReactNode {
  const identity = useQuery(identityQuery);
  return (
    <Card title="Your recipient" note={copy.identity} testId="identity-card">
      {identity.error !== null && <ErrorNotice error={identity.error} />}
      {identity.data === null && <NewIdentity />}
      {identity.data != null && <OwnIdentity recipient={identity.data.recipient} />}
      {identity.error !== null && <ForgetIdentity />}
    </Card>
  );
}

function NewIdentity(): ReactNode {
  const queries = useQueryClient();
  const done = (made: { recipient: string }): void => {
    queries.setQueryData(identityQuery.queryKey, made);
  };
  const create = useMutation({
    mutationFn: () => challengeClient().call("createIdentity", {}),
    onSuccess: done,
  });
  const [file, setFile] = useState<File | null>(null);
  const [passphrase, setPassphrase] = useState("");
  const [dropError, setDropError] = useState<unknown>(null);
  const bring = useMutation({
    mutationFn: async (chosen: File) =>
      challengeClient().call("importIdentity", { text: await chosen.text(), passphrase }),
    onSuccess: done,
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (file !== null && passphrase !== "") bring.mutate(file);
  };
  return (
    <div className={styles.stack}>
      <Actions>
        <Button
          kind="primary"
          icon={<KeyRound aria-hidden />}
          busy={create.isPending}
          onClick={() => create.mutate()}
          data-testid="create-identity"
        >
          Make a recipient
        </Button>
      </Actions>
      {create.error !== null && <ErrorNotice error={create.error} />}
      <Disclosure title="Bring one from another browser">
        <form className={styles.stack} onSubmit={submit}>
          <Dropzone
            compact
            multiple={false}
            icon={<Upload aria-hidden />}
            title={file === null ? "Exported identity" : file.name}
            hint="The .age file that you exported."
            noun="identity"
            testId="identity-dropzone"
            onFiles={({ files }) => {
              setDropError(null);
              setFile(files[0].file);
            }}
            onError={setDropError}
          />
          <div className={styles.row}>
            <PasswordField
              label="Passphrase of the export"
              autoComplete="off"
              value={passphrase}
              onChange={setPassphrase}
            />
            <Button
              type="submit"
              disabled={file === null || passphrase === ""}
              busy={bring.isPending}
            >
              Import
            </Button>
          </div>
          {(dropError ?? bring.error) !== null && <ErrorNotice error={dropError ?? bring.error} />}
        </form>
      </Disclosure>
    </div>
  );
}

function OwnIdentity({ recipient }: { recipient: string }): ReactNode {
  return (
    <div className={styles.stack}>
      <p className={styles.soft}>{copy.recipient}</p>
      <div className={styles.recipient}>
        <code data-testid="recipient">{recipient}</code>
        <CopyButton text={recipient} label="Copy recipient" />
      </div>
      <Disclosure title="As a QR code">
        <QrCode text={recipient} label="Your recipient as a QR code" />
      </Disclosure>
      <Disclosure title="Export for another browser">
        <ExportIdentity />
      </Disclosure>
      <ForgetIdentity />
    </div>
  );
}

function ExportIdentity(): ReactNode {
  const [passphrase, setPassphrase] = useState("");
  const acceptable = passphraseStrength(passphrase).acceptable;
  const save = useMutation({
    mutationFn: () => challengeClient().call("exportIdentity", { passphrase }),
    onSuccess: ({ text }) => {
      downloadText("prover-identity.age", text);
      setPassphrase("");
      toast("Exported", "Keep the file and its passphrase apart.");
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (acceptable) save.mutate();
  };
  return (
    <form className={styles.stack} onSubmit={submit}>
      <p className={styles.soft}>{copy.exporting}</p>
      <div className={styles.row}>
        <PasswordField
          label="Passphrase for the export"
          autoComplete="new-password"
          value={passphrase}
          onChange={setPassphrase}
          error={passphrase === "" || acceptable ? null : `Use at least ${MIN_LENGTH} characters.`}
        />
        <Button
          type="submit"
          icon={<Download aria-hidden />}
          disabled={!acceptable}
          busy={save.isPending}
        >
          Export
        </Button>
      </div>
      {save.error !== null && <ErrorNotice error={save.error} />}
    </form>
  );
}

function ForgetIdentity(): ReactNode {
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const forget = useMutation({
    mutationFn: () => challengeClient().call("forgetIdentity", {}),
    onSuccess: () => queries.resetQueries({ queryKey: identityQuery.queryKey }),
  });
  return (
    <Actions>
      <Button size="small" icon={<Trash2 aria-hidden />} onClick={() => setAsking(true)}>
        Delete this identity
      </Button>
      <ConfirmDialog
        danger
        open={asking}
        onOpenChange={setAsking}
        title="Delete this identity?"
        description={copy.forget}
        confirm="Delete identity"
        keep="Keep it"
        onConfirm={() => forget.mutate()}
      />
      {forget.error !== null && <ErrorNotice error={forget.error} />}
    </Actions>
  );
}
