import type { ReactNode } from "react";
import styles from "./chart.module.css";

export function SmoothingControl({
  value,
  onChange,
}: {
  value: number;
  onChange: (value: number) => void;
}): ReactNode {
  return (
    <label className={styles.smoothing}>
      Smoothing
      <input
        type="range"
        min={0}
        max={0.99}
        step={0.01}
        value={value}
        onChange={(event) => onChange(Number(event.target.value))}
      />
      <output>{value.toFixed(2)}</output>
    </label>
  );
}

/** Two charts in a row, the first across both; one in a row where it is narrow. */
export function ChartGrid({ children }: { children: ReactNode }): ReactNode {
  return <div className={styles.grid}>{children}</div>;
}
