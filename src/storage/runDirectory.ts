import { throwIfAborted } from "@/lib/errors.ts";
import { StorageError } from "./errors.ts";
import { openWriter } from "./fileWriter.ts";
import type { FileWriter } from "./fileWriter.ts";
import { isTemporary, splitPath, temporaryName } from "./paths.ts";
import { mapQuota } from "./quota.ts";

export interface StoredFile {
  path: string;
  sizeBytes: number;
}

export type WriteSource = string | Uint8Array<ArrayBuffer> | Blob;

/** The private directory of one run. Paths are relative, with '/' between parts. */
export interface RunDirectory {
  readonly runId: string;
  /** Replaces the whole file at once; an interrupted write leaves the older one. */
  write(path: string, source: WriteSource, signal?: AbortSignal): Promise<void>;
  /** Writes a large file in pieces; see FileWriter. */
  openWriter(path: string): Promise<FileWriter>;
  /** Adds to the end of a file in place, for logs; makes the file if needed. */
  append(path: string, text: string): Promise<void>;
  /** The file, read lazily from disk. Throws FILE_MISSING. */
  read(path: string): Promise<File>;
  has(path: string): Promise<boolean>;
  /** All files below `under`, without temporary ones, sorted by path. */
  list(under?: string): Promise<StoredFile[]>;
  remove(path: string): Promise<void>;
  /** Removes what interrupted writes left. Only when nobody else works on the run. */
  clearTemporary(): Promise<void>;
}

const RUNS = "runs";

/** Opens, and makes if needed, the directory of a run. Throws STORAGE_UNAVAILABLE. */
export async function openRunDirectory(runId: string): Promise<RunDirectory> {
  const [name] = splitPath(runId);
  const root = await (await runsRoot()).getDirectoryHandle(name, { create: true });
  const parentOf = (path: string, create: boolean) => descend(root, splitPath(path), create);

  // Opening a file to write reserves room already.
  const open = (path: string): Promise<FileWriter> =>
    mapQuota(null, async () => {
      const { directory, name: file } = await parentOf(path, true);
      return openWriter(directory, file, temporaryName(file));
    });
  const read = async (path: string): Promise<File> => {
    try {
      const { directory, name: file } = await parentOf(path, false);
      return await (await directory.getFileHandle(file)).getFile();
    } catch (cause) {
      throw missing(cause, path);
    }
  };
  const remove = async (path: string): Promise<void> => {
    try {
      const { directory, name: file } = await parentOf(path, false);
      await directory.removeEntry(file, { recursive: true });
    } catch (cause) {
      if (!isNotFound(cause)) throw cause;
    }
  };
  return {
    runId,
    openWriter: open,
    read,
    async write(path, source, signal) {
      throwIfAborted(signal);
      const writer = await open(path);
      try {
        for await (const bytes of chunksOf(source)) {
          throwIfAborted(signal);
          await writer.write(bytes);
        }
        await writer.commit();
      } finally {
        await writer.discard();
      }
    },
    async append(path, text) {
      await mapQuota(text.length, async () => {
        const { directory, name: file } = await parentOf(path, true);
        const handle = await directory.getFileHandle(file, { create: true });
        await appendText(handle, text);
      });
    },
    async has(path) {
      return read(path).then(
        () => true,
        (error: unknown) => {
          if (error instanceof StorageError && error.code === "FILE_MISSING") return false;
          throw error;
        },
      );
    },
    async list(under) {
      const files: StoredFile[] = [];
      const start = under === undefined ? root : await directoryAt(root, under);
      if (start !== null) await walk(start, under === undefined ? "" : `${under}/`, files, false);
      return files.sort((a, b) => (a.path < b.path ? -1 : 1));
    },
    remove,
    async clearTemporary() {
      const files: StoredFile[] = [];
      await walk(root, "", files, true);
      for (const { path } of files) await remove(path);
    },
  };
}

/** Removes a run's directory with all its files; harmless when there is none. */
export async function deleteRunDirectory(runId: string): Promise<void> {
  const [name] = splitPath(runId);
  try {
    await (await runsRoot()).removeEntry(name, { recursive: true });
  } catch (cause) {
    if (isNotFound(cause)) return;
    if (cause instanceof Error && cause.name === "NoModificationAllowedError") {
      throw new StorageError("FILE_LOCKED", "The run is in use.", { cause });
    }
    throw cause;
  }
}

/** Ids of the runs that have a directory. */
export async function listRunDirectories(): Promise<string[]> {
  const ids: string[] = [];
  for await (const [name, handle] of (await runsRoot()).entries()) {
    if (handle.kind === "directory") ids.push(name);
  }
  return ids.sort();
}

async function runsRoot(): Promise<FileSystemDirectoryHandle> {
  try {
    const root = await navigator.storage.getDirectory();
    return await root.getDirectoryHandle(RUNS, { create: true });
  } catch (cause) {
    throw new StorageError("STORAGE_UNAVAILABLE", "This browser gives no private file storage.", {
      cause,
    });
  }
}

async function descend(
  root: FileSystemDirectoryHandle,
  parts: string[],
  create: boolean,
): Promise<{ directory: FileSystemDirectoryHandle; name: string }> {
  let directory = root;
  for (const part of parts.slice(0, -1)) {
    directory = await directory.getDirectoryHandle(part, { create });
  }
  return { directory, name: parts[parts.length - 1] };
}

async function directoryAt(
  root: FileSystemDirectoryHandle,
  path: string,
): Promise<FileSystemDirectoryHandle | null> {
  try {
    const { directory, name } = await descend(root, splitPath(path), false);
    return await directory.getDirectoryHandle(name);
  } catch (cause) {
    if (isNotFound(cause)) return null;
    throw cause;
  }
}

async function walk(
  directory: FileSystemDirectoryHandle,
  prefix: string,
  files: StoredFile[],
  temporary: boolean,
): Promise<void> {
  for await (const [name, handle] of directory.entries()) {
    if (handle instanceof FileSystemDirectoryHandle) {
      await walk(handle, `${prefix}${name}/`, files, temporary);
    } else if (handle instanceof FileSystemFileHandle && isTemporary(name) === temporary) {
      const sizeBytes = temporary ? 0 : (await handle.getFile()).size;
      files.push({ path: `${prefix}${name}`, sizeBytes });
    }
  }
}

async function* chunksOf(source: WriteSource): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (typeof source === "string") yield new TextEncoder().encode(source);
  else if (source instanceof Blob) {
    const reader = source.stream().getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } else yield source;
}

async function appendText(handle: FileSystemFileHandle, text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  if (typeof handle.createSyncAccessHandle === "function") {
    const access = await handle.createSyncAccessHandle();
    try {
      access.write(bytes, { at: access.getSize() });
      access.flush();
    } finally {
      access.close();
    }
    return;
  }
  const stream = await handle.createWritable({ keepExistingData: true });
  await stream.write({ type: "write", position: (await handle.getFile()).size, data: bytes });
  await stream.close();
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && error.name === "NotFoundError";
}

function missing(cause: unknown, path: string): unknown {
  return isNotFound(cause)
    ? new StorageError("FILE_MISSING", `${path} is not in the browser's storage.`, { cause })
    : cause;
}
