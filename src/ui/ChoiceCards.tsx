import { useId } from "react";
import type { ReactNode } from "react";
import styles from "./field.module.css";

export interface Choice<Value extends string> {
  value: Value;
  title: string;
  note: ReactNode;
  disabled?: boolean;
}

/** Radio buttons as cards, each with its consequence in a line. */
export function ChoiceCards<Value extends string>({
  legend,
  value,
  choices,
  onChange,
}: {
  legend: string;
  value: Value;
  choices: readonly Choice<Value>[];
  onChange: (value: Value) => void;
}): ReactNode {
  const name = useId();
  return (
    <fieldset className={styles.cards}>
      <legend>{legend}</legend>
      {choices.map((choice) => (
        <label key={choice.value} className={styles.card}>
          <input
            type="radio"
            name={name}
            aria-describedby={`${name}-${choice.value}`}
            checked={choice.value === value}
            disabled={choice.disabled}
            onChange={() => onChange(choice.value)}
          />
          <span className={styles.cardTitle}>{choice.title}</span>
          <span className={styles.cardNote} id={`${name}-${choice.value}`}>
            {choice.note}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
