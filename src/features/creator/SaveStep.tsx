import { Download, FolderDown } from "lucide-react";
import { useState } from "react";
import type { ReactNode } from "react";
import { formatBytes } from "@/lib/format.ts";
import type { FingerprintSummary } from "@/rpc/protocols.ts";
import { Badge } from "@/ui/Badge.tsx";
import { Button } from "@/ui/Button.tsx";
import { Actions, Card } from "@/ui/Card.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { copy } from "./copy.ts";
import { RecoveryPhrase } from "./RecoveryPhrase.tsx";
import { SaveRunDialog } from "../shared/SaveRunDialog.tsx";
import { canSaveToFolder } from "../shared/saveFiles.ts";
import { useCreator } from "./store.ts";
import type { Run } from "./store.ts";
import styles from "./creator.module.css";

export function SaveStep({ run, summary }: { run: Run; summary: FingerprintSummary }): ReactNode {
  const [saving, setSaving] = useState(false);
  const patchRun = useCreator((state) => state.patchRun);
  const totalBytes = summary.files.reduce((sum, file) => sum + file.sizeBytes, 0);
  return (
    <Card
      title="Save"
      note={copy.save}
      testId="save-card"
      aside={
        run.saved ? <Badge tone="good">saved</Badge> : <Badge tone="warn">not saved yet</Badge>
      }
    >
      {run.bound && (
        <Notice
          kind="info"
          title="The registration goes on"
          testId="go-register"
          actions={<a href={`#/register/${summary.runId}`}>Go on to the registration</a>}
        >
          <p>{copy.registering}</p>
        </Notice>
      )}
      <RecoveryPhrase
        phrase={summary.recoveryPhrase}
        noted={run.phraseNoted}
        onNoted={() => patchRun({ phraseNoted: true })}
      />
      <ul className={styles.fileList} aria-label="Files">
        {summary.files.map((file) => (
          <li key={file.path}>
            <code>{file.path}</code>
            <span>{formatBytes(file.sizeBytes)}</span>
          </li>
        ))}
      </ul>
      <Actions>
        <Button
          kind="primary"
          size="large"
          icon={canSaveToFolder() ? <FolderDown aria-hidden /> : <Download aria-hidden />}
          onClick={() => setSaving(true)}
          data-testid="save-run"
        >
          Save model and bank ({formatBytes(totalBytes)})
        </Button>
      </Actions>
      <SaveRunDialog
        open={saving}
        onOpenChange={setSaving}
        runId={summary.runId}
        modelName={run.modelName}
        onSaved={() => patchRun({ saved: true })}
      />
    </Card>
  );
}
