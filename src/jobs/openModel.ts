import { blobSource, type ByteSource } from "@/formats/byteSource.ts";
import type { FolderFile } from "@/formats/hf/folderFiles.ts";
import { openModelFolder, type ModelFolder } from "@/formats/hf/modelFolder.ts";
import { httpSource } from "@/formats/httpSource.ts";
import type { FileEntry } from "@/rpc/protocols.ts";
import { openTokenizer } from "@/text/openTokenizer.ts";
import type { Tokenizer } from "@/text/tokenizer.ts";

export interface OpenedModel {
  folder: ModelFolder;
  tokenizer: Tokenizer;
  name: string;
}

/** Byte sources of dropped or served files. */
export async function folderFiles(
  entries: readonly FileEntry[],
  signal?: AbortSignal,
): Promise<FolderFile[]> {
  return Promise.all(
    entries.map(async (entry) => ({ path: entry.path, source: await sourceOf(entry, signal) })),
  );
}

async function sourceOf(entry: FileEntry, signal?: AbortSignal): Promise<ByteSource> {
  if ("file" in entry) return blobSource(entry.file, entry.path);
  const source = await httpSource(entry.url, signal ? { signal } : {});
  return { ...source, name: entry.path };
}

/** Opens a model with its tokenizer and checks everything but the values of the weights. */
export async function openModel(
  entries: readonly FileEntry[],
  signal?: AbortSignal,
): Promise<OpenedModel> {
  const folder = await openModelFolder(await folderFiles(entries, signal), signal);
  folder.checkTensors();
  const tokenizer = await openTokenizer(folder, signal);
  return { folder, tokenizer, name: modelName(folder, entries) };
}

/** What the model calls itself, else the folder it came in. */
export function modelName(folder: ModelFolder, entries: readonly FileEntry[]): string {
  const { _name_or_path: own } = folder.rawConfig;
  if (folder.root !== "") return folder.root.split("/").at(-1) ?? folder.root;
  const first = entries[0]?.path.split("/") ?? [];
  if (first.length > 1 && first[0] !== "") return first[0];
  return typeof own === "string" && own !== "" ? (own.split("/").at(-1) ?? own) : "model";
}
