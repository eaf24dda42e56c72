import type { ComponentProps, ReactNode } from "react";
import { Field } from "./Field.tsx";
import type { FieldProps } from "./Field.tsx";
import styles from "./field.module.css";

export interface TextFieldProps
  extends Omit<FieldProps, "children">, Omit<ComponentProps<"input">, "onChange" | "value"> {
  value: string;
  onChange: (value: string) => void;
}

export function TextField(props: TextFieldProps): ReactNode {
  const { label, hint, error, optional, value, onChange, ...rest } = props;
  return (
    <Field label={label} {...given({ hint, error, optional })}>
      {(control) => (
        <input
          type="text"
          {...rest}
          {...control}
          className={styles.input}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

export interface TextAreaProps
  extends Omit<FieldProps, "children">, Omit<ComponentProps<"textarea">, "onChange" | "value"> {
  value: string;
  onChange: (value: string) => void;
}

export function TextArea(props: TextAreaProps): ReactNode {
  const { label, hint, error, optional, value, onChange, ...rest } = props;
  return (
    <Field label={label} {...given({ hint, error, optional })}>
      {(control) => (
        <textarea
          {...rest}
          {...control}
          className={styles.input}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

/** Leaves out what is undefined, as exactOptionalPropertyTypes asks. */
function given(props: {
  hint: ReactNode;
  error: string | null | undefined;
  optional: boolean | undefined;
}): Pick<FieldProps, "hint" | "error" | "optional"> {
  return {
    ...(props.hint === undefined ? {} : { hint: props.hint }),
    ...(props.optional === undefined ? {} : { optional: props.optional }),
    error: props.error,
  };
}
