import { Dices } from "lucide-react";
import { useState } from "react";
import type { ReactNode } from "react";
import { Button } from "@/ui/Button.tsx";
import { CopyButton } from "@/ui/CopyButton.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { PasswordField } from "@/ui/PasswordField.tsx";
import { generatePassphrase, MIN_LENGTH, passphraseStrength } from "../shared/passphrase.ts";
import { copy } from "./copy.ts";
import styles from "./creator.module.css";

export function PassphraseFields({
  passphrase,
  repeated,
  onPassphrase,
  onRepeated,
  showErrors,
}: {
  passphrase: string;
  repeated: string;
  onPassphrase: (text: string) => void;
  onRepeated: (text: string) => void;
  showErrors: boolean;
}): ReactNode {
  const [generated, setGenerated] = useState<string | null>(null);
  const strength = passphraseStrength(passphrase);
  const tooShort = (showErrors || passphrase !== "") && !strength.acceptable;
  const differs = (showErrors || repeated !== "") && repeated !== passphrase;
  const generate = async (): Promise<void> => {
    const made = await generatePassphrase();
    setGenerated(made);
    onPassphrase(made);
    onRepeated(made);
  };
  return (
    <div className={styles.stack}>
      <div className={styles.columns}>
        <PasswordField
          label="Passphrase"
          autoComplete="new-password"
          value={passphrase}
          onChange={onPassphrase}
          hint={copy.passphrase}
          error={tooShort ? `Use at least ${MIN_LENGTH} characters.` : null}
        />
        <PasswordField
          label="Repeat passphrase"
          autoComplete="new-password"
          value={repeated}
          onChange={onRepeated}
          error={differs ? "The two passphrases differ." : null}
        />
      </div>
      <div className={styles.toolbar}>
        <Button
          size="small"
          icon={<Dices aria-hidden />}
          onClick={() => void generate()}
          data-testid="generate-passphrase"
        >
          Generate one for me
        </Button>
        {passphrase !== "" && (
          <div className={styles.strength} role="status">
            <span className={styles.strengthBar} data-word={strength.word}>
              <i style={{ transform: `scaleX(${strength.fraction})` }} />
            </span>
            {strength.word}, about {Math.round(strength.bits)} bits
          </div>
        )}
      </div>
      {generated !== null && generated === passphrase && (
        <Notice kind="warn" title={generated}>
          {copy.generated} <CopyButton text={generated} label="Copy passphrase" />
        </Notice>
      )}
    </div>
  );
}
