import { CircleAlert, CircleCheck, Info, TriangleAlert, X } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "./cx.ts";
import { IconButton } from "./IconButton.tsx";
import styles from "./layout.module.css";

export type NoticeKind = "info" | "good" | "warn" | "error";

const ICONS = { info: Info, good: CircleCheck, warn: TriangleAlert, error: CircleAlert };
const TONES = { info: styles.info, good: styles.good, warn: styles.warn, error: styles.bad };

export interface NoticeProps {
  kind: NoticeKind;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
  onDismiss?: () => void;
  testId?: string;
}

/** A message that stays where it is until its cause is gone; errors are announced at once. */
export function Notice(props: NoticeProps): ReactNode {
  const { kind, title, children, actions, onDismiss, testId } = props;
  const Icon = ICONS[kind];
  return (
    <div
      className={cx(styles.notice, TONES[kind])}
      role={kind === "error" ? "alert" : "status"}
      data-testid={testId}
    >
      <Icon aria-hidden />
      <div className={styles.noticeBody}>
        <strong>{title}</strong>
        {children}
        {actions !== undefined && <div className={styles.noticeActions}>{actions}</div>}
      </div>
      {onDismiss !== undefined && (
        <IconButton size="small" label="Dismiss" icon={<X />} onClick={onDismiss} />
      )}
    </div>
  );
}
