import { FileLock2 } from "lucide-react";
import { useState } from "react";
import type { ReactNode } from "react";
import { Button } from "@/ui/Button.tsx";
import { Actions, Card } from "@/ui/Card.tsx";
import { Dropzone } from "@/ui/dropzone/Dropzone.tsx";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { ProgressBar } from "@/ui/ProgressBar.tsx";
import { Stats } from "@/ui/Stat.tsx";
import { formatDate } from "../shared/describe.ts";
import { closeChallenge, openChallenge, useOpenedChallenge } from "../shared/openedChallenge.ts";
import { RegistryStanding } from "../shared/RegistryStanding.tsx";
import styles from "./challenges.module.css";
import { copy } from "./copy.ts";

/** A prover opens the package that an owner sent. */
export function PackageCard(): ReactNode {
  const opened = useOpenedChallenge((state) => state.opened);
  const [dropError, setDropError] = useState<unknown>(null);
  const sheet = opened?.sheet ?? null;
  return (
    <Card title="Open a package" note={copy.package} testId="package-card">
      {sheet === null && (
        <Dropzone
          compact
          multiple={false}
          icon={<FileLock2 aria-hidden />}
          title={opened?.name ?? "Challenge package"}
          hint="challenge.age, as the owner sent it."
          noun="package"
          testId="package-dropzone"
          onFiles={({ files }) => {
            setDropError(null);
            void openChallenge(files[0].file);
          }}
          onError={setDropError}
        />
      )}
      {opened !== null && sheet === null && opened.error === null && (
        <ProgressBar label="Opening the package" fraction={null} />
      )}
      {(dropError ?? opened?.error ?? null) !== null && (
        <ErrorNotice error={dropError ?? opened?.error} testId="package-error" />
      )}
      {sheet !== null && (
        <div className={styles.stack} data-testid="package-opened">
          <Stats
            entries={[
              {
                label: "Pairs",
                value: sheet.pairs.length,
                note: `${sheet.pairs.filter(({ mode }) => mode === "loud").length} loud, of a bank of ${sheet.pairsInBank}`,
              },
              { label: "Candidates a pair", value: sheet.width },
              { label: "Made", value: formatDate(Date.parse(sheet.createdAt)) },
            ]}
          />
          <RegistryStanding bound={sheet.bound} check={sheet.check} />
          <Actions>
            <a href="#/audit">Ask a host in the auditor</a>
            <Button size="small" onClick={closeChallenge}>
              Close this package
            </Button>
          </Actions>
        </div>
      )}
    </Card>
  );
}
