import type { ReactNode } from "react";
import { AppError } from "@/lib/errors.ts";
import { Button } from "@/ui/Button.tsx";
import { Card } from "@/ui/Card.tsx";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { ProgressBar } from "@/ui/ProgressBar.tsx";
import { Screen } from "@/ui/Screen.tsx";
import { deviceName } from "../shared/describe.ts";
import { useBeforeUnload } from "../shared/useBeforeUnload.ts";
import { cancelAudit, retryAudit } from "./actions.ts";
import styles from "./audit.module.css";
import { AuditForm } from "./AuditForm.tsx";
import { copy } from "./copy.ts";
import { HostEvidence, saveTranscript } from "./HostEvidence.tsx";
import { EvidenceCurve } from "./EvidenceCurve.tsx";
import { KeyTable } from "./KeyTable.tsx";
import { Recheck } from "./Recheck.tsx";
import { Statistics } from "./Statistics.tsx";
import { useAudit } from "./store.ts";
import type { Audit as AuditRun } from "./store.ts";
import { VerdictCard } from "./VerdictCard.tsx";

export function Audit(): ReactNode {
  const audit = useAudit((state) => state.audit);
  const running = audit?.status === "running" || audit?.status === "stopping";
  useBeforeUnload(running);
  return (
    <Screen title={copy.title} lead={copy.lead}>
      <AuditForm busy={running} />
      {audit !== null && <Outcome audit={audit} running={running} />}
      <Recheck />
    </Screen>
  );
}

function Outcome({ audit, running }: { audit: AuditRun; running: boolean }): ReactNode {
  const { summary, device } = audit;
  const gpuBusy = audit.error instanceof AppError && audit.error.code === "GPU_BUSY";
  return (
    <>
      {running && (
        <Card title={`Asking ${audit.suspectName}`} testId="audit-progress">
          <ProgressBar label={audit.note} fraction={audit.fraction} />
          <div className={styles.bar}>
            <span>{device === null ? "" : deviceName(device)}</span>
            <Button disabled={audit.status === "stopping"} onClick={cancelAudit}>
              {audit.status === "stopping" ? "Stopping after this key" : "Cancel audit"}
            </Button>
          </div>
        </Card>
      )}
      {audit.status === "failed" && (
        <ErrorNotice
          error={audit.error}
          testId="audit-error"
          actions={
            gpuBusy && (
              <Button size="small" onClick={() => void retryAudit(true)}>
                Wait for the other tab
              </Button>
            )
          }
        />
      )}
      {audit.status === "cancelled" && (
        <Notice kind="info" title="Audit stopped">
          <p>Nothing was kept. An audit that was stopped early is no verdict.</p>
        </Notice>
      )}
      {audit.cutTranscript !== null && !running && (
        <CutTranscript transcript={audit.cutTranscript} suspectName={audit.suspectName} />
      )}
      {device?.notice != null && (
        <Notice kind="warn" title={deviceName(device)}>
          <p>{device.notice}</p>
        </Notice>
      )}
      {summary !== null && <VerdictCard summary={summary} suspectName={audit.suspectName} />}
      {audit.host !== null && (
        <HostEvidence evidence={audit.host} suspectName={audit.suspectName} />
      )}
      {(running || summary !== null) && (
        <div className={styles.two}>
          <EvidenceCurve summary={summary} />
          <Statistics summary={summary} />
        </div>
      )}
      {(running || summary !== null) && <KeyTable />}
    </>
  );
}

/** The keys asked until then are spent on this host, and what was said is worth keeping. */
function CutTranscript({
  transcript,
  suspectName,
}: {
  transcript: string;
  suspectName: string;
}): ReactNode {
  return (
    <Notice
      kind="warn"
      title="The host has seen some of the keys"
      testId="cut-transcript"
      actions={
        <Button size="small" onClick={() => saveTranscript(suspectName, transcript)}>
          Download what was said
        </Button>
      }
    >
      <p>Whoever runs it can answer or filter them from now on. The other keys were not sent.</p>
    </Notice>
  );
}
