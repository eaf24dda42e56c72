import type { ReactNode } from "react";
import styles from "./layout.module.css";

/** The frame of a screen: its heading, what it is for, and its parts one below the other. */
export function Screen({
  title,
  lead,
  children,
}: {
  title: ReactNode;
  lead?: ReactNode;
  children: ReactNode;
}): ReactNode {
  return (
    <div className={styles.screen}>
      <div className={styles.intro}>
        <h1>{title}</h1>
        {lead !== undefined && <p>{lead}</p>}
      </div>
      {children}
    </div>
  );
}
