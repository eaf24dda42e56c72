import type { ReactNode } from "react";
import styles from "./layout.module.css";

export interface StatEntry {
  label: string;
  value: ReactNode;
  note?: ReactNode;
}

/** Figures with their names, as a description list. */
export function Stats({ entries }: { entries: readonly StatEntry[] }): ReactNode {
  return (
    <dl className={styles.stats}>
      {entries.map((entry) => (
        <div key={entry.label} className={styles.stat}>
          <dt>{entry.label}</dt>
          <dd>
            {entry.value}
            {entry.note !== undefined && <small>{entry.note}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
