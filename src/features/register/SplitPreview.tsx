import type { ReactNode } from "react";
import { WHOLE_PPM } from "@/chain/accounting/lineage.ts";
import type { Ancestor } from "@/chain/accounting/lineage.ts";
import { showPpm } from "@/chain/registration/readDraft.ts";
import { DataTable } from "@/ui/DataTable.tsx";
import type { Column } from "@/ui/DataTable.tsx";

const COLUMNS: readonly Column<{ name: string; ppm: bigint }>[] = [
  { key: "name", header: "Who", grow: true, render: ({ name }) => name },
  { key: "share", header: "Of each payment", align: "end", render: ({ ppm }) => showPpm(ppm) },
];

/** Who gets which part of each payment, grandparents included. */
export function SplitPreview({ flat }: { flat: readonly Ancestor[] }): ReactNode {
  const upward = flat.reduce((sum, { ppm }) => sum + ppm, 0n);
  return (
    <DataTable
      caption="How each payment would be split"
      testId="split-preview"
      columns={COLUMNS}
      rows={[
        { name: "This model's holders", ppm: WHOLE_PPM - upward },
        ...flat.map(({ model, ppm }) => ({ name: `Model ${model}`, ppm })),
      ]}
      rowKey={({ name }) => name}
    />
  );
}
