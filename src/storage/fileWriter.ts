import { StorageError } from "./errors.ts";
import { mapQuota } from "./quota.ts";

/** Writes one file in pieces; nothing is visible under its name before `commit`. */
export interface FileWriter {
  /** Writes at `at`, or after the last write. Throws QUOTA_EXCEEDED. */
  write(bytes: Uint8Array<ArrayBuffer>, at?: number): Promise<void>;
  /** Flushes and puts the file in place of an older one of that name, at once. */
  commit(): Promise<void>;
  /** Drops what was written. Harmless after `commit`. */
  discard(): Promise<void>;
}

interface Sink {
  write(bytes: Uint8Array<ArrayBuffer>, at: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens a sink on `handle`: the synchronous handle in workers, a writable stream elsewhere. */
async function openSink(handle: FileSystemFileHandle): Promise<Sink> {
  if (typeof handle.createSyncAccessHandle === "function") {
    const access = await handle.createSyncAccessHandle();
    return {
      async write(bytes, at) {
        let done = 0;
        while (done < bytes.length) {
          const count = access.write(bytes.subarray(done), { at: at + done });
          if (count <= 0) throw new DOMException("No bytes were written.", "QuotaExceededError");
          done += count;
        }
      },
      async close() {
        try {
          access.flush();
        } finally {
          access.close();
        }
      },
    };
  }
  const stream = await handle.createWritable();
  return {
    write: (bytes, at) => stream.write({ type: "write", position: at, data: bytes }),
    close: () => stream.close(),
  };
}

/** A writer to `directory/name` by way of a temporary file beside it. */
export async function openWriter(
  directory: FileSystemDirectoryHandle,
  name: string,
  temporary: string,
): Promise<FileWriter> {
  const handle = await directory.getFileHandle(temporary, { create: true });
  const sink = await openSink(handle);
  let position = 0;
  let state: "open" | "closed" = "open";
  const close = async (): Promise<boolean> => {
    if (state === "closed") return false;
    state = "closed";
    await sink.close();
    return true;
  };
  return {
    async write(bytes, at = position) {
      await mapQuota(bytes.length, () => sink.write(bytes, at));
      position = at + bytes.length;
    },
    async commit() {
      await mapQuota(null, async () => {
        if (await close()) await replace(directory, handle, name);
      });
    },
    async discard() {
      if (!(await close().catch(() => true))) return;
      await directory.removeEntry(temporary).catch(() => undefined);
    },
  };
}

/** Renames over an older file; where handles cannot move, copies and then removes. */
async function replace(
  directory: FileSystemDirectoryHandle,
  handle: FileSystemFileHandle,
  name: string,
): Promise<void> {
  try {
    if (canMove(handle)) return await handle.move(name);
  } catch (cause) {
    const locked = cause instanceof Error && cause.name === "NoModificationAllowedError";
    if (locked) throw new StorageError("FILE_LOCKED", `${name} is in use.`, { cause });
    throw cause;
  }
  const target = await directory.getFileHandle(name, { create: true });
  const sink = await openSink(target);
  try {
    let at = 0;
    const reader = (await handle.getFile()).stream().getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const bytes = part.value;
      await mapQuota(bytes.length, () => sink.write(bytes, at));
      at += bytes.length;
    }
  } finally {
    await sink.close();
  }
  await directory.removeEntry(handle.name);
}

/** `move` is implemented by all engines for the private file system but missing from lib.dom. */
function canMove(
  handle: FileSystemFileHandle,
): handle is FileSystemFileHandle & { move(name: string): Promise<void> } {
  return "move" in handle && typeof handle.move === "function";
}
