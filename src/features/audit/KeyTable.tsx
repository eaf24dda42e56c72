import { Check, ChevronsUp, Minus } from "lucide-react";
import type { ReactNode } from "react";
import { formatNumber } from "@/lib/format.ts";
import type { KeyObservation } from "@/rpc/protocols.ts";
import { Badge } from "@/ui/Badge.tsx";
import { Card } from "@/ui/Card.tsx";
import { DataTable } from "@/ui/DataTable.tsx";
import type { Column } from "@/ui/DataTable.tsx";
import { useFeed } from "@/ui/useFeed.ts";
import { copy } from "./copy.ts";
import { observations } from "./feeds.ts";

const COLUMNS: readonly Column<KeyObservation>[] = [
  {
    key: "index",
    header: "#",
    align: "end",
    render: (row) => row.index,
    sortValue: (row) => row.index,
  },
  {
    key: "hit",
    header: "Hit",
    sortValue: (row) => (row.hit ? 0 : (row.rank ?? row.candidates.length) + 1),
    render: hitBadge,
  },
  { key: "mode", header: "Mode", render: (row) => row.mode, sortValue: (row) => row.mode },
  {
    key: "key",
    header: "Key",
    grow: true,
    render: (row) => <span title={row.key}>{row.key}</span>,
  },
  {
    key: "response",
    header: "Committed",
    mono: true,
    render: (row) => <span title={row.candidates.join(" · ")}>{row.response}</span>,
  },
  { key: "answer", header: "Answer", mono: true, render: (row) => row.answer },
  {
    key: "rank",
    header: "Rank",
    align: "end",
    render: (row) => (row.rank === null ? "–" : `${row.rank + 1} of ${row.candidates.length}`),
    sortValue: (row) => row.rank ?? row.candidates.length,
  },
  {
    key: "shift",
    header: "Shift",
    align: "end",
    render: (row) =>
      row.shift === null ? "–" : `${row.shift >= 0 ? "+" : ""}${row.shift.toFixed(2)}`,
    sortValue: (row) => row.shift ?? 0,
  },
  {
    key: "log10E",
    header: "log10 E",
    align: "end",
    render: (row) => formatNumber(row.log10E, 1),
    sortValue: (row) => row.log10E,
  },
];

/** A quiet pair works without its answer being said: the order of the candidates is its evidence. */
function hitBadge(row: KeyObservation): ReactNode {
  if (row.hit) {
    return (
      <Badge tone="good" icon={<Check aria-hidden />}>
        hit
      </Badge>
    );
  }
  if (row.mode === "quiet" && row.rank === 0) {
    return (
      <Badge tone="accent" icon={<ChevronsUp aria-hidden />}>
        ranked first
      </Badge>
    );
  }
  return <Badge icon={<Minus aria-hidden />}>miss</Badge>;
}

export function KeyTable(): ReactNode {
  useFeed(observations);
  return (
    <Card title="Keys" note={copy.keys} testId="audit-keys">
      <DataTable
        caption="Keys asked"
        columns={COLUMNS}
        rows={[...observations.rows]}
        rowKey={(row) => row.index}
        maxHeight={460}
        empty="No key has been asked yet."
      />
    </Card>
  );
}
