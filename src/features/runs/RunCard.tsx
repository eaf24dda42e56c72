import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Download, Trash2 } from "lucide-react";
import { useState } from "react";
import type { ReactNode } from "react";
import { formatBytes, formatNumber } from "@/lib/format.ts";
import type { RunRecord } from "@/rpc/protocols.ts";
import { Badge } from "@/ui/Badge.tsx";
import { Button } from "@/ui/Button.tsx";
import { Card } from "@/ui/Card.tsx";
import { ConfirmDialog } from "@/ui/ConfirmDialog.tsx";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { Stats } from "@/ui/Stat.tsx";
import { toast } from "@/ui/toasts.ts";
import { filesClient } from "../shared/clients.ts";
import { awaitsBeacon, formatAgo, formatDate, MIX_NAMES, PHASES } from "../shared/describe.ts";
import { ResumeForm } from "../shared/ResumeForm.tsx";
import { runsQuery } from "../shared/runsQuery.ts";
import { SaveRunDialog } from "../shared/SaveRunDialog.tsx";

export interface RunCardProps {
  record: RunRecord;
  active: boolean;
  busy: boolean;
  onResume: (passphrase: string) => void;
}

export function RunCard({ record, active, busy, onResume }: RunCardProps): ReactNode {
  const [asking, setAsking] = useState(false);
  const [saving, setSaving] = useState(false);
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => filesClient().call("deleteRun", { runId: record.id }),
    onSuccess: async () => {
      toast("Run deleted", `${formatBytes(record.sizeBytes)} of storage freed.`);
      await queries.invalidateQueries(runsQuery);
    },
  });
  const phase = PHASES.find((entry) => entry.phase === record.phase)?.label ?? record.phase;
  return (
    <Card
      title={record.modelName}
      testId={`run-${record.id}`}
      note={
        <time
          dateTime={new Date(record.updatedAt).toISOString()}
          title={formatDate(record.updatedAt)}
        >
          changed {formatAgo(record.updatedAt)}
        </time>
      }
      aside={
        <>
          {active ? (
            <Badge tone="accent">running in this tab</Badge>
          ) : record.finished ? (
            <Badge tone="good">finished</Badge>
          ) : (
            <Badge tone="warn">unfinished</Badge>
          )}
          {record.finished && (
            <Button icon={<Download aria-hidden />} onClick={() => setSaving(true)}>
              Save again
            </Button>
          )}
          <Button
            kind="quiet"
            icon={<Trash2 aria-hidden />}
            disabled={active}
            onClick={() => setAsking(true)}
          >
            Delete
          </Button>
        </>
      }
    >
      <Stats
        entries={[
          { label: "Phase", value: phase, note: `step ${formatNumber(record.step)}` },
          { label: "Loss", value: record.loss === null ? "–" : record.loss.toPrecision(3) },
          {
            label: "Bank",
            value: `${record.settings.pairs} pairs`,
            note: MIX_NAMES[record.settings.mix],
          },
          { label: "On this device", value: formatBytes(record.sizeBytes) },
          { label: "Started", value: formatDate(record.createdAt) },
        ]}
      />
      {remove.error !== null && <ErrorNotice error={remove.error} />}
      {record.commitment !== undefined && !active && (
        <p>
          <a href={`#/register/${record.id}`}>Registration of this model</a>
        </p>
      )}
      {!record.finished && !active && !awaitsBeacon(record) && (
        <ResumeForm onResume={onResume} disabled={busy} />
      )}
      <SaveRunDialog
        open={saving}
        onOpenChange={setSaving}
        runId={record.id}
        modelName={record.modelName}
        onSaved={() => undefined}
      />
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Delete the run of ${record.modelName}?`}
        description={
          record.finished
            ? "The fingerprinted model and its bank are removed from this device. If you have not saved the bank elsewhere, the claim it proves is lost."
            : "Its checkpoint and its keys are removed from this device for good."
        }
        confirm="Delete run"
        danger
        onConfirm={() => remove.mutate()}
      />
    </Card>
  );
}
