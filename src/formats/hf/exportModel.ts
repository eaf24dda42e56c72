import { utf8 } from "@/lib/bytes.ts";
import { bytesSource, readChunks } from "../byteSource.ts";
import type { ByteSource } from "../byteSource.ts";
import { FormatError } from "../errors.ts";
import { quote } from "../safetensors/header.ts";
import { rewriteSafetensors } from "../safetensors/writer.ts";
import type { TensorValues } from "../safetensors/writer.ts";
import { readText } from "../sniff.ts";
import { amendModelCard } from "./modelCard.ts";
import type { ModelFolder } from "./modelFolder.ts";

export interface ExportOptions {
  /** Markdown section for README.md; without it the card stays as it was. */
  card?: string;
  /** Further files, for example the public manifest; they replace a file of the same path. */
  extraFiles?: readonly { path: string; bytes: Uint8Array }[];
  signal?: AbortSignal;
}

/** One file of the export; its stream may be taken once and must end before the next file. */
export interface ExportedFile {
  path: string;
  sizeBytes: number;
  stream: AsyncIterable<Uint8Array<ArrayBuffer>>;
}

const MAX_CARD_BYTES = 8 << 20;

/**
 * The folder with some tensors replaced, file by file: names, dtypes, shapes, metadata, sharding
 * and sidecar files stay. `folder.foreignWeights` are left out, since they hold the model without
 * its fingerprint. When a tied model also stores lm_head.weight, it follows the embedding.
 * @param changed new values by tensor name, asked for when their turn comes.
 * @throws FormatError TENSOR_MISSING when a changed tensor is not in the folder, and what
 * `rewriteSafetensors` throws; AbortError.
 */
export async function* exportModelFolder(
  folder: ModelFolder,
  changed: ReadonlyMap<string, TensorValues>,
  options: ExportOptions = {},
): AsyncGenerator<ExportedFile> {
  const { signal } = options;
  const replaced = withTiedHead(folder, changed);
  const extras = new Map<string, ByteSource>(
    (options.extraFiles ?? []).map(({ path, bytes }) => [path, bytesSource(path, bytes)]),
  );
  if (options.card !== undefined && !extras.has("README.md")) {
    extras.set("README.md", await cardSource(folder, options.card, signal));
  }
  const others = new Map(folder.sidecars.map(({ path, source }) => [path, source]));
  for (const [path, source] of new Map([...others, ...extras])) {
    const stream = readChunks(source, 0, source.sizeBytes, signal);
    yield { path, sizeBytes: source.sizeBytes, stream };
  }
  for (const [path, file] of folder.weightFiles) {
    const stream = rewriteSafetensors(file, replaced, signal);
    yield { path, sizeBytes: file.source.sizeBytes, stream };
  }
}

function withTiedHead(
  folder: ModelFolder,
  changed: ReadonlyMap<string, TensorValues>,
): ReadonlyMap<string, TensorValues> {
  const names = new Set(folder.weights.names());
  for (const name of changed.keys()) {
    if (names.has(name)) continue;
    throw new FormatError(
      "TENSOR_MISSING",
      `The folder has no tensor ${quote(name)} to replace.`,
      "Export into the folder that the model was loaded from.",
    );
  }
  const embedding = changed.get("model.embed_tokens.weight");
  if (!folder.config.tiedEmbeddings || !embedding || !names.has("lm_head.weight")) return changed;
  return new Map([...changed, ["lm_head.weight", embedding]]);
}

async function cardSource(
  folder: ModelFolder,
  section: string,
  signal: AbortSignal | undefined,
): Promise<ByteSource> {
  const readme = folder.sidecars.find(({ path }) => path === "README.md");
  const existing = readme ? await readText(readme.source, MAX_CARD_BYTES, signal) : null;
  return bytesSource("README.md", utf8(amendModelCard(existing, section)));
}
