import { Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import type { ReactNode } from "react";
import { Field } from "./Field.tsx";
import styles from "./field.module.css";
import { IconButton } from "./IconButton.tsx";

export interface PasswordFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: ReactNode;
  error?: string | null | undefined;
  autoComplete?: "new-password" | "current-password" | "off";
  disabled?: boolean;
}

/** A passphrase with a button that shows it. */
export function PasswordField(props: PasswordFieldProps): ReactNode {
  const { label, value, onChange, hint, error, autoComplete = "off", disabled = false } = props;
  const [shown, setShown] = useState(false);
  return (
    <Field label={label} error={error} {...(hint === undefined ? {} : { hint })}>
      {(control) => (
        <div className={styles.reveal}>
          <input
            {...control}
            type={shown ? "text" : "password"}
            className={styles.input}
            value={value}
            disabled={disabled}
            autoComplete={autoComplete}
            autoCapitalize="off"
            spellCheck={false}
            onChange={(event) => onChange(event.target.value)}
          />
          <IconButton
            size="small"
            label={shown ? "Hide what is typed" : "Show what is typed"}
            icon={shown ? <EyeOff /> : <Eye />}
            onClick={() => setShown(!shown)}
          />
        </div>
      )}
    </Field>
  );
}
