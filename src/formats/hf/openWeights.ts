import type { ByteSource } from "../byteSource.ts";
import { FormatError } from "../errors.ts";
import { openSafetensors } from "../safetensors/reader.ts";
import type { SafetensorsFile } from "../safetensors/reader.ts";
import { adapterOnly } from "./folderFiles.ts";
import { checkShards, readShardIndex } from "../safetensors/shardIndex.ts";

/** The index of sharded weights. */
export const INDEX_FILE = "model.safetensors.index.json";

/**
 * Opens the weights of a model folder: model.safetensors, else the shards of
 * model.safetensors.index.json, else the only safetensors file there is.
 * @throws FormatError WEIGHTS_MISSING, SHARD_MISSING, SHARD_MISMATCH, INDEX_INVALID,
 * UNSUPPORTED_FORMAT, and whatever opening a file throws.
 */
export async function openWeights(
  files: ReadonlyMap<string, ByteSource>,
  signal?: AbortSignal,
): Promise<{ weightFiles: Map<string, SafetensorsFile>; warnings: string[] }> {
  const index = files.get(INDEX_FILE);
  if (files.has("model.safetensors") || !index) {
    const name = onlyWeights(files);
    const source = files.get(name);
    if (!source) throw new Error("onlyWeights names a file of the folder");
    const unused = index ? [`${INDEX_FILE} is there but model.safetensors is used.`] : [];
    return {
      weightFiles: new Map([[name, await openSafetensors(source, signal)]]),
      warnings: unused,
    };
  }
  const shardIndex = await readShardIndex(index, signal);
  const missing = shardIndex.shards.filter((shard) => !files.has(shard));
  if (missing.length > 0) {
    throw new FormatError(
      "SHARD_MISSING",
      `${missing.length} of ${shardIndex.shards.length} shards are missing: ${missing.slice(0, 5).join(", ")}${missing.length > 5 ? ", …" : ""}.`,
      "Add them to the folder and drop it again.",
    );
  }
  const weightFiles = new Map<string, SafetensorsFile>();
  for (const shard of shardIndex.shards) {
    const source = files.get(shard);
    if (source) weightFiles.set(shard, await openSafetensors(source, signal));
  }
  const warning = checkShards(shardIndex, weightFiles);
  return { weightFiles, warnings: warning === null ? [] : [warning] };
}

function onlyWeights(files: ReadonlyMap<string, ByteSource>): string {
  if (files.has("model.safetensors")) return "model.safetensors";
  const candidates = [...files.keys()].filter((path) => /^[^/]+\.safetensors$/.test(path));
  const sharded = candidates.find((path) => /-\d{5}-of-\d{5}\.safetensors$/.test(path));
  if (sharded !== undefined) {
    throw new FormatError(
      "SHARD_MISSING",
      `${sharded} is one shard of several, but ${INDEX_FILE} is missing.`,
      "Download the index and all shards into the folder and drop it again.",
    );
  }
  const models = candidates.filter((path) => !path.startsWith("adapter_"));
  if (models.length === 1) return models[0];
  if (models.length === 0) throw adapterOnly();
  throw new FormatError(
    "WEIGHTS_MISSING",
    `There are ${models.length} safetensors files and none is called model.safetensors.`,
    "Keep the model's own weights in the folder and drop it again.",
  );
}
