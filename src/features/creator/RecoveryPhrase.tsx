import { CircleCheck } from "lucide-react";
import { useState } from "react";
import type { ReactNode } from "react";
import { Badge } from "@/ui/Badge.tsx";
import { Button } from "@/ui/Button.tsx";
import { Actions } from "@/ui/Card.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { copy } from "./copy.ts";
import styles from "./creator.module.css";

/** The master secret, covered until asked for and gone once noted. */
export function RecoveryPhrase({
  phrase,
  noted,
  onNoted,
}: {
  phrase: string;
  noted: boolean;
  onNoted: () => void;
}): ReactNode {
  const [shown, setShown] = useState(false);
  if (noted) {
    return (
      <div>
        <Badge tone="good" icon={<CircleCheck aria-hidden />}>
          recovery phrase written down
        </Badge>
      </div>
    );
  }
  return (
    <Notice kind="warn" title="Write down the recovery phrase">
      <p>{copy.phrase}</p>
      {shown ? (
        <>
          <ol className={styles.phrase} data-testid="recovery-phrase">
            {phrase.split(" ").map((word, index) => (
              // oxlint-disable-next-line react/no-array-index-key -- words may repeat, order is fixed
              <li key={index}>
                <i aria-hidden>{index + 1}</i>
                {word}
              </li>
            ))}
          </ol>
          <Actions>
            <Button kind="primary" onClick={onNoted}>
              I wrote it down
            </Button>
          </Actions>
        </>
      ) : (
        <Actions>
          <Button onClick={() => setShown(true)}>Show the phrase</Button>
        </Actions>
      )}
    </Notice>
  );
}
