import type { ReactNode } from "react";
import { cx } from "./cx.ts";
import styles from "./layout.module.css";

/** How much of something there is, out of a whole; says so in words when it is too much. */
export function Meter({
  label,
  value,
  max,
  text,
}: {
  label: string;
  value: number;
  max: number;
  text: string;
}): ReactNode {
  const share = max > 0 ? Math.min(1, value / max) : 0;
  return (
    <div className={styles.progress}>
      <div className={styles.progressText}>
        <span>{label}</span>
        <span>{text}</span>
      </div>
      <div
        className={styles.bar}
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={max}
        aria-valuenow={Math.min(value, max)}
        aria-valuetext={text}
      >
        <div
          className={cx(styles.fill, value > max && styles.over)}
          style={{ transform: `scaleX(${share})` }}
        />
      </div>
    </div>
  );
}
