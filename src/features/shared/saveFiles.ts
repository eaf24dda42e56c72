import { isAbort, throwIfAborted } from "@/lib/errors.ts";
import { downloadBlob } from "@/ui/download.ts";
import { StudioError } from "./errors.ts";
import { zipBlob } from "./zip.ts";
import type { ZipEntry } from "./zip.ts";

export interface SaveOptions {
  signal?: AbortSignal;
  onProgress?: (fraction: number) => void;
}

type DirectoryPicker = (options: {
  id: string;
  mode: "readwrite";
}) => Promise<FileSystemDirectoryHandle>;

function directoryPicker(): DirectoryPicker | null {
  const picker: unknown = Reflect.get(window, "showDirectoryPicker");
  return typeof picker === "function"
    ? (options) => Reflect.apply(picker, window, [options])
    : null;
}

/** True where files can be written straight into a folder that the user picks. */
export function canSaveToFolder(): boolean {
  return directoryPicker() !== null;
}

/**
 * Writes the files below `folderName` in a folder that the user picks. Call it from a click. False
 * when the user closed the picker.
 */
export async function saveToFolder(
  folderName: string,
  files: readonly ZipEntry[],
  options: SaveOptions = {},
): Promise<boolean> {
  const picker = directoryPicker();
  if (picker === null) throw new TypeError("this browser cannot save to a folder");
  let target: FileSystemDirectoryHandle;
  try {
    target = await picker({ id: "signet-save", mode: "readwrite" });
  } catch (error) {
    if (isAbort(error)) return false;
    throw failed(error);
  }
  try {
    const root = await target.getDirectoryHandle(folderName, { create: true });
    const totalBytes = files.reduce((sum, entry) => sum + entry.file.size, 0);
    let doneBytes = 0;
    for (const { path, file } of files) {
      throwIfAborted(options.signal);
      const parts = path.split("/");
      let directory = root;
      for (const part of parts.slice(0, -1)) {
        directory = await directory.getDirectoryHandle(part, { create: true });
      }
      const handle = await directory.getFileHandle(parts[parts.length - 1], { create: true });
      const stream = await handle.createWritable();
      await file.stream().pipeTo(stream, options.signal ? { signal: options.signal } : {});
      doneBytes += file.size;
      options.onProgress?.(totalBytes === 0 ? 1 : doneBytes / totalBytes);
    }
    return true;
  } catch (error) {
    if (isAbort(error)) throw error;
    throw failed(error);
  }
}

/** Offers all files as one archive. */
export async function saveAsZip(
  folderName: string,
  files: readonly ZipEntry[],
  options: SaveOptions = {},
): Promise<void> {
  const entries = files.map(({ path, file }) => ({ path: `${folderName}/${path}`, file }));
  downloadBlob(`${folderName}.zip`, await zipBlob(entries, options));
}

function failed(cause: unknown): StudioError {
  return new StudioError(
    "SAVE_FAILED",
    "The files could not be saved there.",
    "Check the free space and the folder's permissions, choose another folder, or download the archive.",
    { cause },
  );
}
