import { throwIfAborted } from "@/lib/errors.ts";
import { formatBytes } from "@/lib/format.ts";
import { FormatError } from "./errors.ts";

/** Random access to the bytes of one file, wherever it lies. */
export interface ByteSource {
  /** File name, for messages. */
  readonly name: string;
  readonly sizeBytes: number;
  /**
   * Exactly the bytes [start, end); the caller may keep and change them.
   * @throws FormatError FILE_TRUNCATED beyond the end, READ_FAILED; AbortError.
   */
  read(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
}

/** Something with `getFile()`: a FileSystemFileHandle of a picker, a drop or OPFS. */
export interface FileHandleLike {
  readonly name: string;
  getFile(): Promise<Blob>;
}

/** A source over bytes in memory; they are copied when read. */
export function bytesSource(name: string, bytes: Uint8Array): ByteSource {
  return {
    name,
    sizeBytes: bytes.length,
    async read(start, end, signal) {
      throwIfAborted(signal);
      checkRange(name, bytes.length, start, end);
      // Not slice: on a Node Buffer that would be a view.
      return new Uint8Array(bytes.subarray(start, end));
    },
  };
}

/** A source over a Blob or File, read lazily; in Node, `fs.openAsBlob` gives one. */
export function blobSource(blob: Blob, name: string): ByteSource {
  return {
    name,
    sizeBytes: blob.size,
    async read(start, end, signal) {
      throwIfAborted(signal);
      checkRange(name, blob.size, start, end);
      let buffer: ArrayBuffer;
      try {
        buffer = await blob.slice(start, end).arrayBuffer();
      } catch (cause) {
        throw new FormatError(
          "READ_FAILED",
          `${name} could not be read.`,
          "The file may have been moved, changed or locked since it was picked: pick it again.",
          { cause },
        );
      }
      throwIfAborted(signal);
      return whole(name, new Uint8Array(buffer), end - start);
    },
  };
}

/** A source over a file handle, as the file is now. */
export async function handleSource(handle: FileHandleLike): Promise<ByteSource> {
  try {
    return blobSource(await handle.getFile(), handle.name);
  } catch (cause) {
    throw new FormatError(
      "READ_FAILED",
      `${handle.name} could not be opened.`,
      "It may have been deleted or access to it withdrawn: pick it again.",
      { cause },
    );
  }
}

/** The source in chunks of at most `chunkBytes`, from `start` to `end`. */
export async function* readChunks(
  source: ByteSource,
  start: number,
  end: number,
  signal?: AbortSignal,
  chunkBytes = 4 << 20,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let at = start; at < end; at += chunkBytes) {
    yield source.read(at, Math.min(end, at + chunkBytes), signal);
  }
}

/** @throws FormatError FILE_TRUNCATED when [start, end) is not inside the file. */
export function checkRange(name: string, sizeBytes: number, start: number, end: number): void {
  if (!(start >= 0 && start <= end)) throw new RangeError(`bad byte range ${start}–${end}`);
  if (end > sizeBytes) {
    throw new FormatError(
      "FILE_TRUNCATED",
      `${name} ends after ${formatBytes(sizeBytes)}, before what it should hold.`,
      "Download or copy the file again.",
      { details: `wanted bytes ${start} to ${end}, the file has ${sizeBytes}` },
    );
  }
}

/** The bytes, when they are as many as were asked for. */
export function whole(
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
  wantedBytes: number,
): Uint8Array<ArrayBuffer> {
  if (bytes.length === wantedBytes) return bytes;
  throw new FormatError(
    "READ_FAILED",
    `${name} gave ${bytes.length} bytes where ${wantedBytes} were asked for.`,
    "The file changed while it was read, or the connection broke: try again.",
  );
}
