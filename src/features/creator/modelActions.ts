import { isAbort } from "@/lib/errors.ts";
import type { FileEntry } from "@/rpc/protocols.ts";
import { filesClient } from "../shared/clients.ts";
import { demoFiles } from "../shared/demoFiles.ts";
import { usePreferences } from "../shared/preferences.ts";
import { isActive, useCreator } from "./store.ts";

let reading: AbortController | null = null;

export interface OpenedFiles {
  name: string;
  /** True when the files are the content of a folder of that name. */
  isFolder: boolean;
  files: readonly FileEntry[];
}

/** Opens a model: its sheet is read in the files worker, the weights stay where they are. */
export async function openModel({ name, isFolder, files: given }: OpenedFiles): Promise<void> {
  if (isActive(useCreator.getState().run)) return;
  // The workers name a model after its folder, which the paths must then show.
  const files = isFolder ? given.map((entry) => inFolder(name, entry)) : given;
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

function inFolder(folder: string, entry: FileEntry): FileEntry {
  return { ...entry, path: `${folder}/${entry.path}` };
}

export async function openDemo(): Promise<void> {
  try {
    await openModel(await demoFiles());
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
