import { Check } from "lucide-react";
import type { ReactNode } from "react";
import styles from "./creator.module.css";

export type StepState = "done" | "current" | "locked";

/** Where the reader is in the one flow of this screen. */
export function StepRail({
  steps,
}: {
  steps: readonly { label: string; state: StepState }[];
}): ReactNode {
  return (
    <nav className={styles.rail} aria-label="Steps">
      <ol>
        {steps.map(({ label, state }, index) => (
          <li
            key={label}
            className={styles.railItem}
            data-state={state}
            aria-current={state === "current" ? "step" : undefined}
          >
            <span className={styles.railMark} aria-hidden>
              {state === "done" ? <Check /> : index + 1}
            </span>
            {label}
            {state === "done" && <span className="visually-hidden">, done</span>}
          </li>
        ))}
      </ol>
    </nav>
  );
}
