import { Check, X } from "lucide-react";
import type { ReactNode } from "react";
import { formatNumber } from "@/lib/format.ts";
import type { KeyAttempt } from "@/rpc/protocols.ts";
import { Badge } from "@/ui/Badge.tsx";
import { Card } from "@/ui/Card.tsx";
import { Disclosure } from "@/ui/Disclosure.tsx";
import { DataTable } from "@/ui/DataTable.tsx";
import type { Column } from "@/ui/DataTable.tsx";
import { ProgressBar } from "@/ui/ProgressBar.tsx";
import { useFeed } from "@/ui/useFeed.ts";
import { copy } from "./copy.ts";
import styles from "./creator.module.css";
import { keyAttempts } from "./feeds.ts";
import { useCreator } from "./store.ts";

const COLUMNS: readonly Column<KeyAttempt>[] = [
  { key: "attempt", header: "#", align: "end", render: (row) => row.attempt },
  {
    key: "state",
    header: "Result",
    render: (row) =>
      row.accepted ? (
        <Badge tone="good" icon={<Check aria-hidden />}>
          accepted
        </Badge>
      ) : (
        <Badge tone="neutral" icon={<X aria-hidden />}>
          rejected
        </Badge>
      ),
  },
  {
    key: "key",
    header: "Key",
    grow: true,
    render: (row) => <span title={row.key}>{row.key}</span>,
  },
  {
    key: "entropy",
    header: "Entropy",
    align: "end",
    render: (row) => (row.entropyBits === null ? "–" : `${row.entropyBits.toFixed(1)} bits`),
  },
  {
    key: "candidates",
    header: "Candidates, or reason",
    grow: true,
    render: (row) =>
      row.accepted ? (
        <span className={styles.chips} title={row.candidates.join(" · ")}>
          {row.candidates.map((text, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- texts may repeat, order is fixed
            <span key={index} className={styles.chip}>
              {text}
            </span>
          ))}
        </span>
      ) : (
        row.reason
      ),
  },
];

export function KeysStep(): ReactNode {
  useFeed(keyAttempts);
  const wanted = useCreator((state) => state.settings.pairs);
  const phase = useCreator((state) => state.run?.phase);
  const rows = keyAttempts.rows;
  const accepted = rows.reduce((count, row) => count + (row.accepted ? 1 : 0), 0);
  const live = phase === "open" || phase === "keys";
  const table = (
    <DataTable
      caption="Attempts at keys"
      testId="attempts"
      columns={COLUMNS}
      rows={[...rows]}
      rowKey={(row) => row.attempt}
      maxHeight={300}
      follow={live}
      empty="The model is being loaded."
    />
  );
  if (rows.length === 0 && !live) return null;
  return (
    <Card title="Keys" note={copy.keys} testId="keys-card">
      <ProgressBar
        label={`${formatNumber(accepted)} of ${formatNumber(Math.max(wanted, accepted))} keys accepted`}
        fraction={wanted === 0 ? null : accepted / wanted}
        note={`${formatNumber(rows.length)} tried`}
      />
      {live ? (
        table
      ) : (
        <Disclosure title="All attempts" keepMounted>
          {table}
        </Disclosure>
      )}
    </Card>
  );
}
