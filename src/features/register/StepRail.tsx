import { Check } from "lucide-react";
import type { ReactNode } from "react";
import { STEPS } from "@/chain/registration/steps.ts";
import type { RegistrationStep } from "@/chain/registration/steps.ts";
import { RELEASED_LABEL, STEP_LABELS } from "./copy.ts";
import styles from "./register.module.css";

export function StepRail({
  step,
  steps,
}: {
  step: RegistrationStep | null;
  /** Those of this registration, in order. */
  steps: readonly RegistrationStep[];
}): ReactNode {
  const at = step === null ? -1 : steps.indexOf(step);
  const all = steps.length === STEPS.length;
  return (
    <ol className={styles.rail} aria-label="Steps" data-testid="register-steps" data-step={step}>
      {steps.map((name, index) => {
        const done = index < at || (name === "onSale" && step === "onSale");
        const state = done ? "done" : index === at ? "current" : "ahead";
        return (
          <li
            key={name}
            className={styles.railItem}
            data-state={state}
            aria-current={index === at ? "step" : undefined}
          >
            {done && <Check aria-label="done:" />}
            {name === "onSale" && !all ? RELEASED_LABEL : STEP_LABELS[name]}
          </li>
        );
      })}
    </ol>
  );
}
