import { sha256 } from "@noble/hashes/sha2.js";
import { toHex, utf8 } from "@/lib/bytes.ts";
import { readChunks } from "../byteSource.ts";
import type { ByteSource } from "../byteSource.ts";
import type { ModelFolder } from "./modelFolder.ts";

export interface HashProgress {
  doneBytes: number;
  totalBytes: number;
}

/** SHA-256 of a file, as the lines of `sha256sum` have it. */
export interface FileHash {
  path: string;
  sha256: string;
}

/**
 * The hash that names a model: SHA-256 over one line `<sha256>  <path>\n` for config.json and for
 * every weight file in use, sorted by path. A shell recomputes it inside the folder:
 * `export LC_ALL=C; sha256sum $(printf '%s\n' config.json *.safetensors | sort) | sha256sum`.
 * @returns lower-case hexadecimal.
 */
export async function hashModel(
  folder: ModelFolder,
  signal?: AbortSignal,
  onProgress?: (progress: HashProgress) => void,
): Promise<string> {
  const files = await hashModelFiles(folder, signal, onProgress);
  return toHex(sha256(utf8(files.map((file) => `${file.sha256}  ${file.path}\n`).join(""))));
}

/** SHA-256 of config.json and of every weight file in use, sorted by path. */
export async function hashModelFiles(
  folder: ModelFolder,
  signal?: AbortSignal,
  onProgress?: (progress: HashProgress) => void,
): Promise<FileHash[]> {
  const sources = new Map([...folder.weightFiles].map(([path, file]) => [path, file.source]));
  for (const { path, source } of folder.sidecars) {
    if (path === "config.json") sources.set(path, source);
  }
  // Code points, as LC_ALL=C sorts; names with surrogates would differ, so compare the bytes.
  const sorted = [...sources].sort(([a], [b]) => compareBytes(utf8(a), utf8(b)));
  const totalBytes = sorted.reduce((sum, [, source]) => sum + source.sizeBytes, 0);
  const hashes: FileHash[] = [];
  let doneBytes = 0;
  for (const [path, source] of sorted) {
    const digest = await hashSource(source, signal, (bytes) => {
      doneBytes += bytes;
      onProgress?.({ doneBytes, totalBytes });
    });
    hashes.push({ path, sha256: digest });
  }
  return hashes;
}

/** SHA-256 of a file, streamed. @returns lower-case hexadecimal. */
export async function hashSource(
  source: ByteSource,
  signal?: AbortSignal,
  onChunk?: (bytes: number) => void,
): Promise<string> {
  const hash = sha256.create();
  for await (const chunk of readChunks(source, 0, source.sizeBytes, signal)) {
    hash.update(chunk);
    onChunk?.(chunk.length);
  }
  return toHex(hash.digest());
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}
