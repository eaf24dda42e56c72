import type { ReactNode } from "react";
import { Card } from "@/ui/Card.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { ResumeForm } from "../shared/ResumeForm.tsx";
import { copy } from "./copy.ts";
import styles from "./register.module.css";
import type { OpenRegistration } from "./useRegistration.ts";

/** Hands the sealed beacon to the training, which has a screen of its own. */
export function EmbedStep({
  open,
  training,
  onEmbed,
}: {
  open: OpenRegistration;
  training: boolean;
  onEmbed: (passphrase: string) => void;
}): ReactNode {
  return (
    <Card title="Train the answers" testId="embed-card">
      <div className={styles.stack}>
        <p className={styles.soft}>{copy.embed}</p>
        {training ? (
          <Notice
            kind="info"
            title="The training is under way"
            actions={<a href="#/">Look at it on the Creator screen</a>}
          />
        ) : (
          <ResumeForm onResume={onEmbed} />
        )}
        <p className={styles.soft}>Beacon of block {open.registration.beacon?.blockNumber}.</p>
      </div>
    </Card>
  );
}
