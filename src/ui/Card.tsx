import { useId } from "react";
import type { ReactNode } from "react";
import { cx } from "./cx.ts";
import styles from "./layout.module.css";

export interface CardProps {
  title?: string;
  /** A sentence under the title. */
  note?: ReactNode;
  /** Buttons or badges on the title's line. */
  aside?: ReactNode;
  className?: string;
  children: ReactNode;
  testId?: string;
}

/** A titled region of a screen. */
export function Card({ title, note, aside, className, children, testId }: CardProps): ReactNode {
  const id = useId();
  return (
    <section
      className={cx(styles.card, className)}
      aria-labelledby={title === undefined ? undefined : id}
      data-testid={testId}
    >
      {(title !== undefined || aside !== undefined) && (
        <div className={styles.cardHead}>
          <div className={styles.titles}>
            {title !== undefined && <h2 id={id}>{title}</h2>}
            {note !== undefined && <div className={styles.cardNote}>{note}</div>}
          </div>
          {aside !== undefined && <div className={styles.actions}>{aside}</div>}
        </div>
      )}
      {children}
    </section>
  );
}

export function Actions({ children }: { children: ReactNode }): ReactNode {
  return <div className={styles.actions}>{children}</div>;
}
