import { useEffect, useRef, useState } from "react";
import type { ReactNode } from "react";
import type { Model } from "@/chain/indexer/state.ts";
import { isAbort } from "@/lib/errors.ts";
import { Button } from "@/ui/Button.tsx";
import { Dropzone } from "@/ui/dropzone/Dropzone.tsx";
import type { Dropped } from "@/ui/dropzone/collectFiles.ts";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { ProgressBar } from "@/ui/ProgressBar.tsx";
import { filesClient } from "../shared/clients.ts";
import { Hex } from "../shared/market/ChainText.tsx";
import styles from "./market.module.css";

type Check =
  | { step: "idle" }
  | { step: "hashing"; name: string; fraction: number; abort: AbortController }
  | { step: "done"; name: string; sha256: string }
  | { step: "failed"; error: unknown };

/** Hashes the buyer's files as the studio hashes a release, and compares. */
export function CheckDownload({ model }: { model: Model }): ReactNode {
  const [check, setCheck] = useState<Check>({ step: "idle" });
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const released = model.epochs.filter(({ weightsHash }) => weightsHash !== null);
  if (released.length === 0) {
    return <p className={styles.soft}>Nothing was released yet that could be compared.</p>;
  }

  const start = async ({ name, files }: Dropped): Promise<void> => {
    const abort = new AbortController();
    running.current?.abort();
    running.current = abort;
    setCheck({ step: "hashing", name, fraction: 0, abort });
    try {
      const { sha256 } = await filesClient().call(
        "hash",
        { files },
        {
          signal: abort.signal,
          onEvent: ({ fraction }) => setCheck({ step: "hashing", name, fraction, abort }),
        },
      );
      if (!abort.signal.aborted) setCheck({ step: "done", name, sha256 });
    } catch (error) {
      if (running.current !== abort) return;
      setCheck(isAbort(error) ? { step: "idle" } : { step: "failed", error });
    }
  };

  return (
    <>
      <Dropzone
        compact
        folders
        title="Model folder"
        hint="config.json and the weight files, as they were published."
        noun="download"
        testId="check-dropzone"
        onFiles={(dropped) => void start(dropped)}
        onError={(error) => setCheck({ step: "failed", error })}
      />
      {check.step === "hashing" && (
        <>
          <ProgressBar label={`Hashing ${check.name}`} fraction={check.fraction} />
          <div>
            <Button onClick={() => check.abort.abort()}>Cancel</Button>
          </div>
        </>
      )}
      {check.step === "failed" && <ErrorNotice error={check.error} testId="check-error" />}
      {check.step === "done" && <Outcome name={check.name} sha256={check.sha256} model={model} />}
    </>
  );
}

function Outcome({
  name,
  sha256,
  model,
}: {
  name: string;
  sha256: string;
  model: Model;
}): ReactNode {
  const hash = `0x${sha256}`;
  const match = model.epochs.findLast(({ weightsHash }) => weightsHash === hash);
  const newest = model.epochs.findLast(({ weightsHash }) => weightsHash !== null);
  if (match === undefined) {
    return (
      <Notice kind="error" title="These are not the released files" testId="check-result">
        <p>
          {name} hashes to <Hex value={hash} label="hash of the download" /> but the owner released{" "}
          {newest?.weightsHash && <Hex value={newest.weightsHash} label="released hash" />}. Files
          may be missing or changed; do not use them as this model.
        </p>
      </Notice>
    );
  }
  return (
    <Notice kind="good" title="These are the released files" testId="check-result">
      <p>
        {name} hashes to <Hex value={hash} label="hash of the download" />, which the owner released
        as epoch {match.epoch}
        {match !== newest && ", an older one"}.
      </p>
    </Notice>
  );
}
