import type { ComponentProps, ReactNode } from "react";
import { cx } from "./cx.ts";
import styles from "./button.module.css";

export interface ButtonProps extends ComponentProps<"button"> {
  kind?: "primary" | "plain" | "quiet" | "danger";
  size?: "small" | "medium" | "large";
  icon?: ReactNode;
  /** Shows a spinner and ignores clicks, without losing focus as `disabled` would. */
  busy?: boolean;
}

export function Button({
  kind = "plain",
  size = "medium",
  icon,
  busy = false,
  className,
  children,
  onClick,
  ...rest
}: ButtonProps): ReactNode {
  return (
    <button
      type="button"
      {...rest}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      className={cx(
        styles.button,
        kind !== "plain" && styles[kind],
        size !== "medium" && styles[size],
        className,
      )}
    >
      {busy ? <span className={styles.spinner} aria-hidden /> : icon}
      {children}
    </button>
  );
}
