import { NumberField as Base } from "@base-ui/react/number-field";
import { Minus, Plus } from "lucide-react";
import type { ReactNode } from "react";
import { Field } from "./Field.tsx";
import type { FieldProps } from "./Field.tsx";
import styles from "./field.module.css";

export interface NumberFieldProps extends Omit<FieldProps, "children"> {
  /** Null is the empty field. */
  value: number | null;
  onChange: (value: number | null) => void;
  min?: number;
  max?: number;
  step?: number;
  placeholder?: string;
  disabled?: boolean;
}

export function NumberField({
  value,
  onChange,
  min,
  max,
  step = 1,
  placeholder,
  disabled = false,
  ...field
}: NumberFieldProps): ReactNode {
  return (
    <Field {...field}>
      {(control) => (
        <Base.Root
          id={control.id}
          value={value}
          onValueChange={(next) => onChange(next)}
          min={min}
          max={max}
          step={step}
          disabled={disabled}
          format={{ maximumSignificantDigits: 6 }}
        >
          <Base.Group className={styles.group}>
            <Base.Decrement className={styles.step}>
              <Minus aria-hidden />
            </Base.Decrement>
            <Base.Input
              className={styles.input}
              placeholder={placeholder}
              aria-describedby={control["aria-describedby"]}
              aria-invalid={control["aria-invalid"]}
            />
            <Base.Increment className={styles.step}>
              <Plus aria-hidden />
            </Base.Increment>
          </Base.Group>
        </Base.Root>
      )}
    </Field>
  );
}
