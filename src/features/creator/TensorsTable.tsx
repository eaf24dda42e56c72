import { useMemo, useState } from "react";
import type { ReactNode } from "react";
import { formatBytes, formatNumber } from "@/lib/format.ts";
import type { TensorRow } from "@/rpc/protocols.ts";
import { DataTable } from "@/ui/DataTable.tsx";
import type { Column } from "@/ui/DataTable.tsx";
import { TextField } from "@/ui/TextField.tsx";
import styles from "./creator.module.css";

const COLUMNS: readonly Column<TensorRow>[] = [
  {
    key: "name",
    header: "Name",
    grow: true,
    mono: true,
    render: (row) => <span title={row.name}>{row.name}</span>,
    sortValue: (row) => row.name,
  },
  { key: "shape", header: "Shape", mono: true, render: (row) => row.shape.join(" × ") },
  { key: "dtype", header: "Type", render: (row) => row.dtype, sortValue: (row) => row.dtype },
  {
    key: "size",
    header: "Size",
    align: "end",
    render: (row) => formatBytes(row.sizeBytes),
    sortValue: (row) => row.sizeBytes,
  },
];

export function TensorsTable({ tensors }: { tensors: readonly TensorRow[] }): ReactNode {
  const [query, setQuery] = useState("");
  const rows = useMemo(() => {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    return tensors.filter((row) => {
      const text = `${row.name} ${row.dtype} ${row.shape.join("x")} ${row.file}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
  }, [tensors, query]);
  return (
    <div className={styles.stack}>
      <div className={styles.toolbar}>
        <div className={styles.search}>
          <TextField
            label="Search tensors"
            type="search"
            placeholder="layers.3 down_proj"
            value={query}
            onChange={setQuery}
          />
        </div>
        <span className={styles.footNote} role="status">
          {formatNumber(rows.length)} of {formatNumber(tensors.length)}
        </span>
      </div>
      <DataTable
        caption="Tensors"
        columns={COLUMNS}
        rows={rows}
        rowKey={(row) => row.name}
        empty="No tensor matches."
        maxHeight={360}
      />
    </div>
  );
}
