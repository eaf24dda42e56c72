import type { ReactNode } from "react";
import { formatBytes, formatCount, formatNumber } from "@/lib/format.ts";
import { fromWire } from "@/rpc/wire.ts";
import type { ModelSummary } from "@/rpc/protocols.ts";
import { DataTable } from "@/ui/DataTable.tsx";
import { Disclosure } from "@/ui/Disclosure.tsx";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { Stats } from "@/ui/Stat.tsx";
import { Tabs } from "@/ui/Tabs.tsx";
import { MemoryPlan } from "./MemoryPlan.tsx";
import { TensorsTable } from "./TensorsTable.tsx";

/** The right rail of a model page: what it is, how large, and what a run would need. */
export function ModelSheet({
  summary,
  folded,
}: {
  summary: ModelSummary;
  /** Keeps the details out of the way of a run. */
  folded: boolean;
}): ReactNode {
  const { tokenizer, tokenizerProblem } = summary;
  return (
    <>
      <Stats
        entries={[
          { label: "Architecture", value: summary.architecture },
          {
            label: "Parameters",
            value: formatCount(summary.parameterCount),
            note: formatNumber(summary.parameterCount),
          },
          {
            label: "Tensor type",
            value: summary.dtypes.join(", "),
            note: `${formatNumber(summary.tensors.length)} tensors`,
          },
          {
            label: "Size",
            value: formatBytes(summary.sizeBytes),
            note: `${summary.files.length} files`,
          },
          {
            label: "Tokenizer",
            value: tokenizer === null ? "Not usable" : tokenizer.kind,
            note:
              tokenizer === null
                ? undefined
                : `${formatNumber(tokenizer.vocabSize)} tokens${tokenizer.hasChatTemplate ? ", chat template" : ""}`,
          },
        ]}
      />
      {tokenizerProblem !== null && <ErrorNotice error={fromWire(tokenizerProblem)} />}
      <Details folded={folded} summary={summary} />
    </>
  );
}

function Details({ folded, summary }: { folded: boolean; summary: ModelSummary }): ReactNode {
  if (folded) {
    return (
      <Disclosure title="Memory plan, tensors, configuration, files">
        <SheetTabs summary={summary} />
      </Disclosure>
    );
  }
  return <SheetTabs summary={summary} />;
}

function SheetTabs({ summary }: { summary: ModelSummary }): ReactNode {
  return (
    <Tabs
      tabs={[
        {
          value: "memory",
          label: "Memory plan",
          content: <MemoryPlan memory={summary.memory} recommended={summary.recommended} />,
        },
        {
          value: "tensors",
          label: `Tensors (${summary.tensors.length})`,
          content: <TensorsTable tensors={summary.tensors} />,
        },
        {
          value: "config",
          label: "Configuration",
          content: (
            <DataTable
              caption="Configuration"
              rows={Object.entries(summary.config)}
              rowKey={([key]) => key}
              columns={[
                { key: "key", header: "Setting", render: ([key]) => key, mono: true },
                {
                  key: "value",
                  header: "Value",
                  grow: true,
                  mono: true,
                  render: ([, value]) => String(value),
                },
              ]}
            />
          ),
        },
        {
          value: "files",
          label: `Files (${summary.files.length})`,
          content: (
            <DataTable
              caption="Files"
              rows={summary.files}
              rowKey={(file) => file.path}
              columns={[
                {
                  key: "path",
                  header: "Path",
                  grow: true,
                  mono: true,
                  render: (file) => file.path,
                  sortValue: (file) => file.path,
                },
                {
                  key: "size",
                  header: "Size",
                  align: "end",
                  render: (file) => formatBytes(file.sizeBytes),
                  sortValue: (file) => file.sizeBytes,
                },
              ]}
            />
          ),
        },
      ]}
    />
  );
}
