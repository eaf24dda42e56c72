import type { ReactNode } from "react";
import { formatBytes } from "@/lib/format.ts";
import type { MemoryEstimate, TrainableChoice } from "@/rpc/protocols.ts";
import { Badge } from "@/ui/Badge.tsx";
import { DataTable } from "@/ui/DataTable.tsx";
import { TRAINABLE } from "./copy.ts";
import { deviceName } from "../shared/describe.ts";
import { useDevice } from "../shared/device.ts";
import styles from "./creator.module.css";

type Row = MemoryEstimate & { choice: TrainableChoice };

/** What each trainable set needs, beside what the browser says about this device. */
export function MemoryPlan({
  memory,
  recommended,
}: {
  memory: Record<TrainableChoice, MemoryEstimate>;
  recommended: TrainableChoice;
}): ReactNode {
  const probe = useDevice((state) => state.probe);
  const choices: TrainableChoice[] = ["full", "body", "downProj", "lora"];
  const rows: Row[] = choices.map((choice) => ({ choice, ...memory[choice] }));
  return (
    <div className={styles.stack}>
      <DataTable
        caption="Memory needed by trainable set"
        rows={rows}
        rowKey={(row) => row.choice}
        columns={[
          {
            key: "set",
            header: "What is trained",
            grow: true,
            render: (row) => (
              <>
                {TRAINABLE[row.choice].label}{" "}
                {row.choice === recommended && <Badge tone="accent">recommended</Badge>}
              </>
            ),
          },
          bytesColumn("Weights", (row) => row.weightBytes),
          bytesColumn("Optimiser", (row) => row.stateBytes),
          bytesColumn("Activations", (row) => row.activationBytes),
          bytesColumn("Total", (row) => row.totalBytes),
        ]}
      />
      {probe !== null && (
        <p className={styles.footNote}>
          This device: {deviceName(probe)}
          {probe.maxBufferBytes !== null && `, largest buffer ${formatBytes(probe.maxBufferBytes)}`}
          {probe.memoryBytes !== null && `, about ${formatBytes(probe.memoryBytes)} of memory`}.
          Browsers do not say how much of it is free; the run checks before its first step.
        </p>
      )}
    </div>
  );
}

function bytesColumn(header: string, bytes: (row: Row) => number) {
  return {
    key: header,
    header,
    align: "end" as const,
    render: (row: Row) => formatBytes(bytes(row)),
  };
}
