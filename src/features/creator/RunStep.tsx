import { Pause, Play, Square } from "lucide-react";
import { useState } from "react";
import type { ReactNode } from "react";
import { AppError } from "@/lib/errors.ts";
import { Badge } from "@/ui/Badge.tsx";
import { Button } from "@/ui/Button.tsx";
import { Card } from "@/ui/Card.tsx";
import { ConfirmDialog } from "@/ui/ConfirmDialog.tsx";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { KeyHint } from "@/ui/KeyHint.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { Switch } from "@/ui/Switch.tsx";
import { deviceName } from "../shared/describe.ts";
import { usePreferences } from "../shared/preferences.ts";
import { useWakeLock } from "../shared/useWakeLock.ts";
import { copy } from "./copy.ts";
import styles from "./creator.module.css";
import { PhaseBar } from "./PhaseBar.tsx";
import { cancelRun, forceStop, retryRun, setPaused } from "./runActions.ts";
import { RunCharts } from "./RunCharts.tsx";
import { RunFigures } from "./RunFigures.tsx";
import { Samples } from "./Samples.tsx";
import { isActive } from "./store.ts";
import type { Run, RunStatus } from "./store.ts";

const STATUS: Record<
  RunStatus,
  { label: string; tone: "neutral" | "good" | "warn" | "bad" | "accent" }
> = {
  idle: { label: "Not started", tone: "neutral" },
  running: { label: "Running", tone: "accent" },
  pausing: { label: "Pausing after this step", tone: "warn" },
  paused: { label: "Paused", tone: "warn" },
  stopping: { label: "Stopping after this step", tone: "warn" },
  cancelled: { label: "Stopped", tone: "neutral" },
  failed: { label: "Failed", tone: "bad" },
  committed: { label: "Waiting for the chain", tone: "accent" },
  done: { label: "Finished", tone: "good" },
};

export function RunStep({ run }: { run: Run }): ReactNode {
  const status = STATUS[run.status];
  return (
    <Card
      title="Run"
      note={copy.run}
      testId="run-card"
      aside={
        <>
          <span data-testid="run-status" data-status={run.status}>
            <Badge tone={status.tone}>{status.label}</Badge>
          </span>
          <RunControls run={run} />
        </>
      }
    >
      <PhaseBar run={run} />
      <RunNotices run={run} />
      <RunFigures />
      <RunCharts />
      {run.samples !== null && <Samples step={run.samples.step} rows={run.samples.rows} />}
      <RunFoot run={run} />
    </Card>
  );
}

function RunControls({ run }: { run: Run }): ReactNode {
  const [asking, setAsking] = useState(false);
  if (!isActive(run)) return null;
  const paused = run.status === "paused";
  return (
    <>
      <Button
        icon={paused ? <Play aria-hidden /> : <Pause aria-hidden />}
        disabled={run.status === "stopping" || run.status === "pausing"}
        aria-keyshortcuts="Space"
        onClick={() => void setPaused(!paused)}
      >
        {paused ? "Resume" : "Pause"} <KeyHint keys="Space" />
      </Button>
      {run.status === "stopping" ? (
        <Button kind="danger" onClick={forceStop}>
          Stop now
        </Button>
      ) : (
        <Button icon={<Square aria-hidden />} onClick={() => setAsking(true)}>
          Cancel run
        </Button>
      )}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title="Cancel this run?"
        description={copy.cancelConfirm}
        keep="Keep training"
        confirm="Cancel run"
        danger
        onConfirm={cancelRun}
      />
    </>
  );
}

function RunNotices({ run }: { run: Run }): ReactNode {
  const code = run.error instanceof AppError ? run.error.code : null;
  return (
    <>
      {run.status === "failed" && (
        <ErrorNotice
          error={run.error}
          testId="run-error"
          actions={
            <>
              {code === "GPU_BUSY" && (
                <Button size="small" onClick={() => void retryRun(true)}>
                  Wait for the other tab
                </Button>
              )}
              {code !== "PASSPHRASE_WRONG" && (
                <Button size="small" onClick={() => void retryRun(false)}>
                  Try again
                </Button>
              )}
            </>
          }
        />
      )}
      {run.status === "cancelled" && (
        <Notice kind="info" title="Run stopped">
          <p>{copy.cancelled}</p>
        </Notice>
      )}
      {run.status === "committed" && (
        <Notice
          kind="good"
          title="Committed on this device"
          testId="committed"
          actions={<a href={`#/register/${run.runId}`}>Go on to the registration</a>}
        >
          <p>{copy.committed}</p>
        </Notice>
      )}
      {run.recoveries.map((message) => (
        <Notice key={message} kind="warn" title="Recovered" testId="recovered">
          <p>{message}</p>
        </Notice>
      ))}
      {run.device?.notice != null && (
        <Notice kind="warn" title={deviceName(run.device)} testId="device-notice">
          <p>{run.device.notice}</p>
        </Notice>
      )}
    </>
  );
}

function RunFoot({ run }: { run: Run }): ReactNode {
  const keepAwake = usePreferences((state) => state.keepAwake);
  const setPreference = usePreferences((state) => state.set);
  const held = useWakeLock(keepAwake && isActive(run));
  if (!isActive(run)) return null;
  return (
    <div className={styles.foot}>
      <Switch
        label={held ? "Keeping the screen on" : "Keep the screen on"}
        checked={keepAwake}
        onChange={(checked) => setPreference({ keepAwake: checked })}
      />
      <span className={styles.footNote}>{copy.hidden}</span>
    </div>
  );
}
