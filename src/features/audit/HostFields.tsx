import { FlaskConical, TextCursorInput } from "lucide-react";
import type { ReactNode } from "react";
import type { ServedHost } from "@/lib/hosts.ts";
import { Button } from "@/ui/Button.tsx";
import { Dropzone } from "@/ui/dropzone/Dropzone.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { PasswordField } from "@/ui/PasswordField.tsx";
import { Select } from "@/ui/Select.tsx";
import { TextField } from "@/ui/TextField.tsx";
import { failDrop, pickDemoTokenizer } from "./actions.ts";
import styles from "./audit.module.css";
import { Chosen, describe } from "./Chosen.tsx";
import { copy } from "./copy.ts";
import { useAudit } from "./store.ts";

/** Which host, which of its models, and what lets one in. */
export function HostFields({
  hosts,
  chosen,
  apiKey,
  onApiKey,
  busy,
}: {
  /** Null until known. */
  hosts: readonly ServedHost[] | null;
  chosen: string | null;
  apiKey: string;
  onApiKey: (key: string) => void;
  busy: boolean;
}): ReactNode {
  const model = useAudit((state) => state.hostModel);
  if (hosts === null) return <p role="status">Asking for hosts…</p>;
  if (hosts.length === 0 || chosen === null) {
    return (
      <Notice kind="info" title="No host can be reached from here" testId="no-hosts">
        <p>
          The page calls its own server only, which passes calls on to hosts that you name: start
          the studio with <code>npm start -- --api NAME=https://…</code>
        </p>
      </Notice>
    );
  }
  return (
    <div className={styles.host} data-testid="host-fields">
      <Select
        label="Host"
        value={chosen}
        options={hosts.map(({ name, url }) => ({ value: name, label: `${name} · ${url}` }))}
        disabled={busy}
        onChange={(hostName) => useAudit.setState({ hostName })}
      />
      <TextField
        label="Model there"
        optional
        hint="As the host names it; its only one otherwise."
        value={model}
        maxLength={500}
        disabled={busy}
        spellCheck={false}
        onChange={(hostModel) => useAudit.setState({ hostModel })}
      />
      <PasswordField
        label="Key of access"
        value={apiKey}
        disabled={busy}
        hint="Only where the host asks for one. It is sent to the host and kept nowhere."
        onChange={onApiKey}
      />
    </div>
  );
}

/** The tokenizer tells which text is which token; the host does not. */
export function TokenizerSlot({ busy }: { busy: boolean }): ReactNode {
  const tokenizer = useAudit((state) => state.tokenizer);
  if (tokenizer !== null) {
    return (
      <Chosen
        label={copy.tokenizer.title}
        name={tokenizer.name}
        note={describe(tokenizer)}
        disabled={busy}
        onClear={() => useAudit.setState({ tokenizer: null })}
      />
    );
  }
  return (
    <Dropzone
      compact
      folders
      testId="tokenizer-dropzone"
      icon={<TextCursorInput aria-hidden />}
      title={copy.tokenizer.title}
      hint={copy.tokenizer.hint}
      noun="tokenizer"
      onFiles={(dropped) => useAudit.setState({ tokenizer: dropped, dropError: null })}
      onError={failDrop}
      extra={
        <Button
          kind="quiet"
          icon={<FlaskConical aria-hidden />}
          onClick={() => void pickDemoTokenizer()}
        >
          Demo model
        </Button>
      }
    />
  );
}
