import { Fragment } from "react";
import type { ReactNode } from "react";
import styles from "./layout.module.css";

const APPLE = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform);

/** Keys of a shortcut such as `Mod+K`; Mod is the platform's command key. */
export function KeyHint({ keys }: { keys: string }): ReactNode {
  return (
    <span>
      {keys.split("+").map((key, index) => (
        <Fragment key={key}>
          {index > 0 && " "}
          <kbd className={styles.kbd}>{key === "Mod" ? (APPLE ? "⌘" : "Ctrl") : key}</kbd>
        </Fragment>
      ))}
    </span>
  );
}
