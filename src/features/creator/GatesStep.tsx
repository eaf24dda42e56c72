import { CircleCheck, CircleX } from "lucide-react";
import type { ReactNode } from "react";
import { formatNumber, formatPercent } from "@/lib/format.ts";
import type { FingerprintSummary, GateResult } from "@/rpc/protocols.ts";
import { Badge } from "@/ui/Badge.tsx";
import { Card } from "@/ui/Card.tsx";
import { CopyButton } from "@/ui/CopyButton.tsx";
import { Stats } from "@/ui/Stat.tsx";
import { copy } from "./copy.ts";
import styles from "./creator.module.css";

export function GatesStep({
  gates,
  summary,
}: {
  gates: readonly GateResult[];
  summary: FingerprintSummary | null;
}): ReactNode {
  const failed = gates.filter((gate) => !gate.passed).length;
  return (
    <Card
      title="Gates"
      note={copy.gates}
      testId="gates-card"
      aside={
        <Badge tone={failed === 0 ? "good" : "bad"}>
          {failed === 0 ? `${gates.length} passed` : `${failed} of ${gates.length} not passed`}
        </Badge>
      }
    >
      {summary !== null && <SummaryFigures summary={summary} />}
      <ul>
        {gates.map((gate) => (
          <li key={gate.name} className={styles.gate} data-passed={gate.passed}>
            {gate.passed ? <CircleCheck aria-hidden /> : <CircleX aria-hidden />}
            <div>
              <strong>{gate.name}</strong>
              <span className="visually-hidden">{gate.passed ? ", passed" : ", not passed"}</span>
              <p>{gate.note}</p>
            </div>
            <div className={styles.gateValue}>
              {formatGate(gate.value, gate.unit)}
              <small>bound {formatGate(gate.bound, gate.unit)}</small>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function SummaryFigures({ summary }: { summary: FingerprintSummary }): ReactNode {
  const { perplexity } = summary;
  const change = perplexity.after / perplexity.before - 1;
  return (
    <Stats
      entries={[
        {
          label: "Evidence, log10 E",
          value: formatNumber(summary.log10E, 1),
          note: `of a possible ${formatNumber(summary.log10ECeiling, 1)}`,
        },
        {
          label: "Success of loud pairs",
          value: summary.fsr === null ? "No loud pairs" : formatPercent(summary.fsr),
          note: `${summary.pairs} pairs in all`,
        },
        {
          label: "Held-out perplexity",
          value: `${change >= 0 ? "+" : ""}${formatPercent(change, 2)}`,
          note: `${formatNumber(perplexity.before, 2)} before, ${formatNumber(perplexity.after, 2)} after`,
        },
        {
          label: "Base model's hits",
          value: summary.baseHits,
          note: "what chance would give",
        },
        {
          label: "Commitment",
          value: <code>{summary.root.slice(0, 10)}…</code>,
          note: <CopyButton text={summary.root} label="Copy commitment root" />,
        },
      ]}
    />
  );
}

function formatGate(value: number, unit: GateResult["unit"]): string {
  if (unit === "percent") return `${formatNumber(value, 1)} %`;
  if (unit === "ratio") return formatPercent(value);
  return formatNumber(value, 1);
}
