import { useQuery } from "@tanstack/react-query";
import { History } from "lucide-react";
import type { ReactNode } from "react";
import { EmptyState } from "@/ui/EmptyState.tsx";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { ProgressBar } from "@/ui/ProgressBar.tsx";
import { Screen } from "@/ui/Screen.tsx";
import { runsQuery } from "../shared/runsQuery.ts";
import { RunCard } from "./RunCard.tsx";
import type { RunRecord } from "@/rpc/protocols.ts";

export interface RunsProps {
  /** The run that this tab is working on, if any. */
  activeRunId: string | null;
  onResume: (record: RunRecord, passphrase: string) => void;
}

export function Runs({ activeRunId, onResume }: RunsProps): ReactNode {
  const runs = useQuery(runsQuery);
  return (
    <Screen
      title="Runs"
      lead="Runs are kept in this browser's private storage until you delete them. Saved copies elsewhere are not touched."
    >
      {runs.isPending && <ProgressBar label="Reading the list of runs" fraction={null} />}
      {runs.error !== null && <ErrorNotice error={runs.error} />}
      {runs.data?.length === 0 && (
        <EmptyState icon={<History aria-hidden />} title="No runs yet">
          Fingerprint a model on the Creator screen; the run and its files will be listed here.
        </EmptyState>
      )}
      {runs.data?.map((record) => (
        <RunCard
          key={record.id}
          record={record}
          active={record.id === activeRunId}
          busy={activeRunId !== null}
          onResume={(passphrase) => onResume(record, passphrase)}
        />
      ))}
    </Screen>
  );
}
