import { Box, FlaskConical } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/ui/Button.tsx";
import { Card } from "@/ui/Card.tsx";
import { Dropzone } from "@/ui/dropzone/Dropzone.tsx";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { ProgressBar } from "@/ui/ProgressBar.tsx";
import { copy } from "./copy.ts";
import { closeModel, failDrop, openDemo, openModel } from "./modelActions.ts";
import styles from "./creator.module.css";
import { ModelSheet } from "./ModelSheet.tsx";
import { isActive, useCreator } from "./store.ts";

export function ModelStep(): ReactNode {
  const model = useCreator((state) => state.model);
  const dropError = useCreator((state) => state.dropError);
  const busy = useCreator((state) => isActive(state.run));
  const started = useCreator((state) => state.run !== null);
  if (model === null) {
    return (
      <>
        <Dropzone
          testId="model-dropzone"
          icon={<Box aria-hidden />}
          title={copy.drop.title}
          hint={`${copy.drop.hint} ${copy.drop.paste}`}
          noun="model"
          folders
          wholePage
          onFiles={(dropped) => void openModel(dropped)}
          onError={failDrop}
          extra={
            <Button
              kind="quiet"
              icon={<FlaskConical aria-hidden />}
              onClick={() => void openDemo()}
              data-testid="use-demo"
            >
              Try the demo model
            </Button>
          }
        />
        {dropError !== null && <ErrorNotice error={dropError} />}
        <ol className={styles.how}>
          {copy.how.map(({ title, text }) => (
            <li key={title}>
              <h2>{title}</h2>
              <p>{text}</p>
            </li>
          ))}
        </ol>
      </>
    );
  }
  return (
    <Card
      title={model.name}
      note={copy.model}
      testId="model-card"
      aside={
        <Button size="small" disabled={busy} onClick={closeModel}>
          Choose another model
        </Button>
      }
    >
      {model.status === "reading" && (
        <ProgressBar label="Reading the model's files" fraction={model.fraction} />
      )}
      {model.status === "failed" && <ErrorNotice error={model.error} />}
      {model.summary !== null && <ModelSheet summary={model.summary} folded={started} />}
    </Card>
  );
}
