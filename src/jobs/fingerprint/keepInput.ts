import type { FileEntry, FingerprintSettings } from "@/rpc/protocols.ts";
import { requireRoom } from "@/storage/quota.ts";
import type { RunDirectory } from "@/storage/runDirectory.ts";
import { JobError } from "../errors.ts";

const LIST_FILE = "run.json";
const INPUT_DIRECTORY = "input";

interface RunFile {
  version: 1;
  settings: FingerprintSettings;
  files: ({ path: string; url: string; sizeBytes: number } | { path: string; stored: string })[];
}

/**
 * Keeps what a resumed run needs to open the model again: dropped files are copied, since a page loses
 * them on reload; served ones are remembered by address.
 */
export async function keepInput(
  directory: RunDirectory,
  entries: readonly FileEntry[],
  settings: FingerprintSettings,
  signal: AbortSignal,
): Promise<void> {
  const dropped = entries.filter((entry) => "file" in entry);
  await requireRoom(dropped.reduce((sum, { file }) => sum + file.size, 0));
  const files: RunFile["files"] = [];
  for (const [number, entry] of entries.entries()) {
    if ("url" in entry) {
      files.push(entry);
      continue;
    }
    const stored = `${INPUT_DIRECTORY}/${number}`;
    await directory.write(stored, entry.file, signal);
    files.push({ path: entry.path, stored });
  }
  const list: RunFile = { version: 1, settings, files };
  await directory.write(LIST_FILE, JSON.stringify(list), signal);
}

/** The files and settings of a run that was begun earlier. */
export async function readInput(
  directory: RunDirectory,
): Promise<{ files: FileEntry[]; settings: FingerprintSettings }> {
  try {
    const list: RunFile = JSON.parse(await (await directory.read(LIST_FILE)).text());
    const files = await Promise.all(
      list.files.map(async (file): Promise<FileEntry> =>
        "url" in file ? file : { path: file.path, file: await directory.read(file.stored) },
      ),
    );
    return { files, settings: list.settings };
  } catch (cause) {
    throw new JobError(
      "RUN_NOT_RESUMABLE",
      "The files of this run are not complete.",
      "Delete it and start a new run; the browser may have cleared its storage.",
      { cause },
    );
  }
}

/** Removes the copy of the input; the results stay. */
export async function dropInput(directory: RunDirectory): Promise<void> {
  await directory.remove(INPUT_DIRECTORY);
}
