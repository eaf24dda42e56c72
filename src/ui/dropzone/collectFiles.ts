import { AppError } from "@/lib/errors.ts";

export interface DroppedFile {
  /** Relative to the dropped folder, with '/' between parts. */
  path: string;
  file: File;
}

export interface Dropped {
  /** Name of the folder, or of the only file, or how many files there are. */
  name: string;
  /** True when all came in one folder. */
  isFolder: boolean;
  files: DroppedFile[];
}

export class DropError extends AppError<"TOO_MANY_FILES" | "NOTHING_DROPPED" | "UNREADABLE_DROP"> {}

const MAX_FILES = 10_000;
const IGNORED = new Set([".git", ".DS_Store", "Thumbs.db", "__MACOSX", ".cache"]);

/** Minimal view of a FileSystemEntry. */
export interface DropEntry {
  isFile: boolean;
  isDirectory: boolean;
  name: string;
}

interface DirectoryEntry extends DropEntry {
  createReader(): {
    readEntries(resolve: (entries: DropEntry[]) => void, reject: (error: unknown) => void): void;
  };
}

interface FileEntry extends DropEntry {
  file(resolve: (file: File) => void, reject: (error: unknown) => void): void;
}

/** Minimal view of a DataTransferItem, so that the walk can be tested without a drag. */
export interface DropItem {
  kind: string;
  getAsFileSystemHandle?: () => Promise<FileSystemHandle | null>;
  webkitGetAsEntry?: () => DropEntry | null;
  getAsFile: () => File | null;
}

/**
 * All files of a drop or paste, folders walked to the end. Call it inside the event: the items are
 * read synchronously and are gone afterwards.
 */
export async function collectDrop(items: readonly DropItem[]): Promise<Dropped> {
  const readers = items.filter((item) => item.kind === "file").map(readerOf);
  const files: DroppedFile[] = [];
  try {
    for (const read of readers) await read(files);
  } catch (cause) {
    if (cause instanceof DropError) throw cause;
    throw new DropError(
      "UNREADABLE_DROP",
      "The dropped files could not be read.",
      "Use the 'Choose folder' button instead, and check that the files may be read.",
      { cause },
    );
  }
  return finish(files);
}

/** Files of an `<input type=file>`, with or without `webkitdirectory`. */
export function collectInput(list: Iterable<File>): Dropped {
  const files: DroppedFile[] = [];
  for (const file of list) {
    const path = file.webkitRelativePath === "" ? file.name : file.webkitRelativePath;
    if (!path.split("/").some((part) => IGNORED.has(part))) add(files, path, file);
  }
  return finish(files);
}

type Reader = (files: DroppedFile[]) => Promise<void>;

/** Everything is asked of the item at once; pasted files have no handle and made-up ones no entry. */
function readerOf(item: DropItem): Reader {
  const handle = item.getAsFileSystemHandle?.().catch(() => null);
  const entry = item.webkitGetAsEntry?.() ?? null;
  const file = item.getAsFile();
  return async (files) => {
    const found = (await handle) ?? null;
    if (found !== null) await walkHandle(found, "", files);
    else if (entry !== null) await walkEntry(entry, "", files);
    else if (file !== null) add(files, file.name, file);
  };
}

async function walkHandle(handle: FileSystemHandle, prefix: string, files: DroppedFile[]) {
  if (IGNORED.has(handle.name)) return;
  const path = prefix + handle.name;
  if (isDirectory(handle)) {
    for await (const child of handle.values()) await walkHandle(child, `${path}/`, files);
  } else if (isFile(handle)) add(files, path, await handle.getFile());
}

function isDirectory(handle: FileSystemHandle): handle is FileSystemDirectoryHandle {
  return handle.kind === "directory";
}

function isFile(handle: FileSystemHandle): handle is FileSystemFileHandle {
  return handle.kind === "file";
}

async function walkEntry(entry: DropEntry, prefix: string, files: DroppedFile[]): Promise<void> {
  if (IGNORED.has(entry.name)) return;
  const path = prefix + entry.name;
  if (isDirectoryEntry(entry)) {
    const reader = entry.createReader();
    // One call gives at most a hundred entries; an empty answer is the end.
    for (;;) {
      const batch = await new Promise<DropEntry[]>((resolve, reject) =>
        reader.readEntries(resolve, reject),
      );
      if (batch.length === 0) return;
      for (const child of batch) await walkEntry(child, `${path}/`, files);
    }
  }
  if (isFileEntry(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    add(files, path, file);
  }
}

function isDirectoryEntry(entry: DropEntry): entry is DirectoryEntry {
  return entry.isDirectory;
}

function isFileEntry(entry: DropEntry): entry is FileEntry {
  return entry.isFile;
}

function add(files: DroppedFile[], path: string, file: File): void {
  if (files.length >= MAX_FILES) {
    throw new DropError(
      "TOO_MANY_FILES",
      `More than ${MAX_FILES} files were dropped.`,
      "Drop only the model's folder: its config, weights and tokenizer.",
    );
  }
  files.push({ path, file });
}

/** Takes the folder that all files share off their paths and makes it the name. */
function finish(files: DroppedFile[]): Dropped {
  if (files.length === 0) {
    throw new DropError(
      "NOTHING_DROPPED",
      "There was no file in what was dropped.",
      "Drop a model's folder or its files.",
    );
  }
  const slash = files[0].path.indexOf("/");
  const top = slash < 0 ? null : files[0].path.slice(0, slash + 1);
  if (top !== null && files.every((entry) => entry.path.startsWith(top))) {
    const inner = files.map(({ path, file }) => ({ path: path.slice(top.length), file }));
    return { name: top.slice(0, -1), isFolder: true, files: byPath(inner) };
  }
  const name = files.length === 1 ? files[0].path : `${files.length} files`;
  return { name, isFolder: false, files: byPath(files) };
}

function byPath(files: DroppedFile[]): DroppedFile[] {
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}
