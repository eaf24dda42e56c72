import type { ByteSource } from "../byteSource.ts";
import { FormatError } from "../errors.ts";
import { readJson } from "../sniff.ts";
import { quote } from "./header.ts";
import type { SafetensorsFile } from "./reader.ts";

/** `model.safetensors.index.json`: which shard holds which tensor. */
export interface ShardIndex {
  readonly file: string;
  readonly weightMap: ReadonlyMap<string, string>;
  /** Shard file names, sorted. */
  readonly shards: readonly string[];
  /** Sum of tensor bytes as the index states it, if it does. */
  readonly totalBytes: number | null;
}

const MAX_INDEX_BYTES = 64 << 20;
const MAX_SHARDS = 10_000;

/** @throws FormatError INDEX_INVALID or JSON_INVALID. */
export async function readShardIndex(
  source: ByteSource,
  signal?: AbortSignal,
): Promise<ShardIndex> {
  return parseShardIndex(await readJson(source, MAX_INDEX_BYTES, signal), source.name);
}

/** @throws FormatError INDEX_INVALID. */
export function parseShardIndex(json: unknown, file: string): ShardIndex {
  const weightMap = isRecord(json) ? json.weight_map : undefined;
  if (!isRecord(weightMap)) throw invalid(file, "weight_map is missing");
  const entries = Object.entries(weightMap).map(([tensor, shard]): [string, string] => {
    if (typeof shard !== "string" || !/^[^/\\]+\.safetensors$/.test(shard)) {
      throw invalid(file, `${quote(tensor)} is not assigned to a .safetensors file beside it`);
    }
    return [tensor, shard];
  });
  if (entries.length === 0) throw invalid(file, "weight_map is empty");
  const shards = [...new Set(entries.map(([, shard]) => shard))].sort();
  if (shards.length > MAX_SHARDS) throw invalid(file, `it names more than ${MAX_SHARDS} shards`);
  const metadata = isRecord(json) ? json.metadata : undefined;
  const total = isRecord(metadata) ? metadata.total_size : undefined;
  return {
    file,
    weightMap: new Map(entries),
    shards,
    totalBytes: typeof total === "number" && Number.isFinite(total) ? total : null,
  };
}

/**
 * Compares an index with the shards it names.
 * @returns a warning when the stated total differs (harmless: every shard has been checked against
 * its own size, and some conversion tools state the size before conversion), else null.
 * @throws FormatError SHARD_MISMATCH when a shard lacks a tensor or holds one that the index does
 * not place there.
 */
export function checkShards(
  index: ShardIndex,
  shards: ReadonlyMap<string, SafetensorsFile>,
): string | null {
  let sumBytes = 0;
  const found = new Set<string>();
  for (const [shard, file] of shards) {
    for (const { name, start, end } of file.tensors) {
      const wanted = index.weightMap.get(name);
      if (wanted !== shard) {
        const place = wanted === undefined ? "does not list it" : `places it in ${wanted}`;
        throw mismatch(`${shard} holds ${quote(name)}, but ${index.file} ${place}.`);
      }
      found.add(name);
      sumBytes += end - start;
    }
  }
  for (const [name, shard] of index.weightMap) {
    if (!found.has(name))
      throw mismatch(`${shard} lacks ${quote(name)}, which ${index.file} places there.`);
  }
  if (index.totalBytes === null || index.totalBytes === sumBytes) return null;
  return `${index.file} states ${index.totalBytes} bytes of tensors; the shards hold ${sumBytes}.`;
}

function mismatch(message: string): FormatError {
  return new FormatError(
    "SHARD_MISMATCH",
    message,
    "The index and the shards come from different versions: download or save the folder again.",
  );
}

function invalid(file: string, why: string): FormatError {
  return new FormatError(
    "INDEX_INVALID",
    `${file}: ${why}.`,
    "The index is damaged: download or save it again.",
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
