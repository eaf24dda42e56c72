import type { ReactNode } from "react";
import { formatNumber } from "@/lib/format.ts";
import type { VerifySummary } from "@/rpc/protocols.ts";
import { Card } from "@/ui/Card.tsx";
import styles from "./audit.module.css";
import { STATISTICS } from "./copy.ts";

export function Statistics({ summary }: { summary: VerifySummary | null }): ReactNode {
  return (
    <Card title="By statistic" note="Evidence in decimal orders, by what each statistic looks at.">
      <ul>
        {STATISTICS.map(({ key, label, note }) => {
          const value = summary?.statistics[key] ?? null;
          return (
            <li key={key} className={styles.statistic}>
              <strong>{label}</strong>
              <output>{value === null ? "–" : formatNumber(value, 1)}</output>
              <p>{note}</p>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
