import { FileArchive, FolderDown } from "lucide-react";
import { useEffect, useState } from "react";
import type { ReactNode } from "react";
import { isAbort } from "@/lib/errors.ts";
import { formatBytes } from "@/lib/format.ts";
import { Button } from "@/ui/Button.tsx";
import { Dialog } from "@/ui/Dialog.tsx";
import { downloadBlob } from "@/ui/download.ts";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { ProgressBar } from "@/ui/ProgressBar.tsx";
import { toast } from "@/ui/toasts.ts";
import { filesClient } from "./clients.ts";
import { canSaveToFolder, saveAsZip, saveToFolder } from "./saveFiles.ts";
import type { ZipEntry } from "./zip.ts";
import styles from "./shared.module.css";

export interface SaveRunDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  runId: string;
  modelName: string;
  onSaved: () => void;
}

/** Ways out of the private file system: a folder, one archive, or file by file. */
export function SaveRunDialog(props: SaveRunDialogProps): ReactNode {
  const { open, onOpenChange } = props;
  return (
    <Dialog
      wide
      open={open}
      onOpenChange={onOpenChange}
      title="Save model and bank"
      description="The model folder loads wherever the original did. Keep bank.signet private."
    >
      {open && <SaveChoices {...props} />}
    </Dialog>
  );
}

function SaveChoices({ runId, modelName, onSaved, onOpenChange }: SaveRunDialogProps): ReactNode {
  const [files, setFiles] = useState<readonly ZipEntry[] | null>(null);
  const [busy, setBusy] = useState<{ fraction: number; abort: AbortController } | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    const abort = new AbortController();
    filesClient()
      .call("runFiles", { runId }, { signal: abort.signal })
      .then(setFiles, (reason: unknown) => {
        if (!isAbort(reason)) setError(reason);
      });
    return () => abort.abort();
  }, [runId]);

  const folderName = `${modelName.replaceAll(/[^\w.-]+/g, "-")}-signet`;
  const save = async (
    work: (options: {
      signal: AbortSignal;
      onProgress: (fraction: number) => void;
    }) => Promise<boolean | void>,
  ): Promise<void> => {
    const abort = new AbortController();
    setError(null);
    setBusy({ fraction: 0, abort });
    try {
      const done = await work({
        signal: abort.signal,
        onProgress: (fraction) => setBusy({ fraction, abort }),
      });
      if (done === false) return;
      onSaved();
      toast("Saved", `${folderName} is complete.`);
      onOpenChange(false);
    } catch (reason) {
      if (!isAbort(reason)) setError(reason);
    } finally {
      setBusy(null);
    }
  };

  if (error !== null && files === null) return <ErrorNotice error={error} />;
  if (files === null) return <ProgressBar label="Finding the run's files" fraction={null} />;
  return (
    <>
      {error !== null && <ErrorNotice error={error} />}
      {busy === null ? (
        <div className={styles.ways}>
          {canSaveToFolder() && (
            <Button
              kind="primary"
              icon={<FolderDown aria-hidden />}
              onClick={() => void save((options) => saveToFolder(folderName, files, options))}
            >
              Save to a folder
            </Button>
          )}
          <Button
            kind={canSaveToFolder() ? "plain" : "primary"}
            icon={<FileArchive aria-hidden />}
            onClick={() => void save((options) => saveAsZip(folderName, files, options))}
          >
            Download as one archive
          </Button>
        </div>
      ) : (
        <>
          <ProgressBar label="Saving" fraction={busy.fraction} />
          <div className={styles.ways}>
            <Button onClick={() => busy.abort.abort()}>Cancel</Button>
          </div>
        </>
      )}
      <section aria-label="Single files">
        <h3>Or file by file</h3>
        <ul className={styles.files}>
          {files.map(({ path, file }) => (
            <li key={path}>
              <code>{path}</code>
              <span>{formatBytes(file.size)}</span>
              <Button
                size="small"
                aria-label={`Download ${path}`}
                onClick={() => downloadBlob(path.split("/").at(-1) ?? path, file)}
              >
                Download
              </Button>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}
