import type { ErrorComponentProps } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Button } from "@/ui/Button.tsx";
import { Actions } from "@/ui/Card.tsx";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import styles from "./app.module.css";

/** What is left when a screen fails: runs and files in storage are not affected. */
export function ErrorScreen({ error, reset }: ErrorComponentProps): ReactNode {
  return (
    <div className={styles.crash}>
      <h1>This screen stopped working</h1>
      <p>Stored runs and checkpoints are safe. A run in progress goes on in its worker.</p>
      <ErrorNotice error={error} />
      <Actions>
        <Button kind="primary" onClick={reset}>
          Show it again
        </Button>
        <Button onClick={() => location.reload()}>Reload the page</Button>
      </Actions>
    </div>
  );
}
