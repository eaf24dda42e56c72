import { isAbort } from "@/lib/errors.ts";
import type { FileEntry } from "@/rpc/protocols.ts";
import { filesClient } from "../shared/clients.ts";
import { demoFiles } from "../shared/demoFiles.ts";
import { usePreferences } from "../shared/preferences.ts";
import { isActive, useCreator } from "./store.ts";

let reading: AbortController | null = null;

/** Opens a model: its sheet is read in the files worker, the weights stay where they are. */
export async function openModel(name: string, files: readonly FileEntry[]): Promise<void> {
  if (isActive(useCreator.getState().run)) return;
  reading?.abort();
  const abort = new AbortController();
  reading = abort;
  useCreator.setState({
    dropError: null,
    run: null,
    model: { name, files, status: "reading", fraction: null, summary: null, error: null },
  });
  const { patchModel, setSettings } = useCreator.getState();
  setSettings({ device: usePreferences.getState().device });
  try {
    const summary = await filesClient().call(
      "inspect",
      { files },
      {
        signal: abort.signal,
        onEvent: ({ fraction }) => {
          if (!abort.signal.aborted) patchModel({ fraction });
        },
      },
    );
    if (!abort.signal.aborted) patchModel({ status: "ready", summary });
  } catch (error) {
    if (!abort.signal.aborted && !isAbort(error)) patchModel({ status: "failed", error });
  }
}

export async function openDemo(): Promise<void> {
  try {
    const { name, files } = await demoFiles();
    await openModel(name, files);
  } catch (error) {
    failDrop(error);
  }
}

export function failDrop(error: unknown): void {
  useCreator.setState({ dropError: error });
}

export function closeModel(): void {
  reading?.abort();
  useCreator.setState({ model: null, dropError: null, run: null });
}
