import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import type { ReactNode } from "react";
import { formatBytes, formatNumber } from "@/lib/format.ts";
import type { RunRecord } from "@/rpc/protocols.ts";
import { Button } from "@/ui/Button.tsx";
import { Card } from "@/ui/Card.tsx";
import { ConfirmDialog } from "@/ui/ConfirmDialog.tsx";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { Stats } from "@/ui/Stat.tsx";
import { filesClient } from "../shared/clients.ts";
import { awaitsBeacon, formatAgo, formatDate, MIX_NAMES, PHASES } from "../shared/describe.ts";
import { ResumeForm } from "../shared/ResumeForm.tsx";
import { runsQuery } from "../shared/runsQuery.ts";
import { resumeRun } from "./runActions.ts";

/** Offered when a run was left unfinished, after a reload for example. */
export function ResumeCard(): ReactNode {
  const runs = useQuery(runsQuery);
  const unfinished = runs.data?.find((record) => !record.finished);
  if (unfinished === undefined) return null;
  if (awaitsBeacon(unfinished)) return <Waiting record={unfinished} />;
  return <Offer key={unfinished.id} record={unfinished} />;
}

function Waiting({ record }: { record: RunRecord }): ReactNode {
  return (
    <Card
      title="Unfinished registration"
      testId="waiting-card"
      note={`${record.modelName}, left ${formatAgo(record.updatedAt)}. Its bank is committed and waits for a beacon of the chain.`}
    >
      <a href={`#/register/${record.id}`}>Go on to the registration</a>
    </Card>
  );
}

function Offer({ record }: { record: RunRecord }): ReactNode {
  const [asking, setAsking] = useState(false);
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => filesClient().call("deleteRun", { runId: record.id }),
    onSuccess: () => queries.invalidateQueries(runsQuery),
  });
  const phase = PHASES.find((entry) => entry.phase === record.phase)?.label ?? record.phase;
  return (
    <Card
      title="Unfinished run"
      testId="resume-card"
      note={`${record.modelName}, left ${formatAgo(record.updatedAt)}. It can go on from its last checkpoint.`}
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
      <ResumeForm
        onResume={(passphrase) => void resumeRun(record, passphrase, record.settings.device)}
        extra={
          <Button kind="quiet" icon={<Trash2 aria-hidden />} onClick={() => setAsking(true)}>
            Delete run
          </Button>
        }
      />
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title="Delete this run?"
        description="Its checkpoint and its keys are removed from this device for good."
        confirm="Delete run"
        danger
        onConfirm={() => remove.mutate()}
      />
    </Card>
  );
}
