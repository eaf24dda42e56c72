import type { ReactNode } from "react";
import { cx } from "./cx.ts";
import styles from "./layout.module.css";

export interface ProgressBarProps {
  /** What is going on, in words; also the accessible name. */
  label: string;
  /** 0 to 1; null while the end is not known. */
  fraction: number | null;
  /** Right-hand text, for example the time left. */
  note?: ReactNode;
}

export function ProgressBar({ label, fraction, note }: ProgressBarProps): ReactNode {
  const share = fraction === null ? null : Math.min(1, Math.max(0, fraction));
  const percent = share === null ? null : Math.round(share * 100);
  return (
    <div className={styles.progress}>
      <div className={styles.progressText}>
        <span>{label}</span>
        <span>{note ?? (percent === null ? "" : `${percent} %`)}</span>
      </div>
      <div
        className={styles.bar}
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent ?? undefined}
        aria-valuetext={percent === null ? label : `${label}, ${percent} percent`}
      >
        <div
          className={cx(styles.fill, share === null && styles.unknown)}
          style={share === null ? undefined : { transform: `scaleX(${share})` }}
        />
      </div>
    </div>
  );
}
