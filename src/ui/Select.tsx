import type { ReactNode } from "react";
import { Field } from "./Field.tsx";
import type { FieldProps } from "./Field.tsx";
import styles from "./field.module.css";

export interface SelectOption<Value extends string> {
  value: Value;
  label: string;
  disabled?: boolean;
}

export interface SelectProps<Value extends string> extends Omit<FieldProps, "children"> {
  value: Value;
  options: readonly SelectOption<Value>[];
  onChange: (value: Value) => void;
  disabled?: boolean;
}

/** The platform's own select: it is the one that every keyboard and screen reader knows. */
export function Select<Value extends string>({
  value,
  options,
  onChange,
  disabled = false,
  ...field
}: SelectProps<Value>): ReactNode {
  return (
    <Field {...field}>
      {(control) => (
        <select
          {...control}
          className={styles.input}
          value={value}
          disabled={disabled}
          onChange={(event) => {
            const chosen = options.find((option) => option.value === event.target.value);
            if (chosen !== undefined) onChange(chosen.value);
          }}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value} disabled={option.disabled}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
