import { Play } from "lucide-react";
import { useState } from "react";
import type { FormEvent, ReactNode } from "react";
import { Button } from "@/ui/Button.tsx";
import { PasswordField } from "@/ui/PasswordField.tsx";
import styles from "./shared.module.css";

/** Asks for the passphrase that opens a run's secrets. */
export function ResumeForm({
  onResume,
  disabled = false,
  extra,
}: {
  onResume: (passphrase: string) => void;
  disabled?: boolean;
  extra?: ReactNode;
}): ReactNode {
  const [passphrase, setPassphrase] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (passphrase === "") return;
    onResume(passphrase);
    setPassphrase("");
  };
  return (
    <form className={styles.resume} onSubmit={submit}>
      <PasswordField
        label="Passphrase of the run"
        autoComplete="current-password"
        value={passphrase}
        onChange={setPassphrase}
      />
      <Button
        kind="primary"
        type="submit"
        disabled={disabled || passphrase === ""}
        icon={<Play aria-hidden />}
        data-testid="resume-run"
      >
        Resume
      </Button>
      {extra}
    </form>
  );
}
