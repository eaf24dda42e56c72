import type { ReactNode } from "react";
import { cx } from "./cx.ts";
import styles from "./layout.module.css";

export type Tone = "neutral" | "good" | "warn" | "bad" | "accent";

/** A short state. The words carry the meaning; the colour only repeats it. */
export function Badge({
  tone = "neutral",
  icon,
  children,
}: {
  tone?: Tone;
  icon?: ReactNode;
  children: ReactNode;
}): ReactNode {
  return (
    <span className={cx(styles.badge, tone !== "neutral" && styles[tone])}>
      {icon}
      {children}
    </span>
  );
}
