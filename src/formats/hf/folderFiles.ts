import type { ByteSource } from "../byteSource.ts";
import { FormatError } from "../errors.ts";
import { unsupportedFormat } from "../sniff.ts";

/** A file of a dropped folder; `path` has forward slashes. */
export interface FolderFile {
  path: string;
  source: ByteSource;
}

/** A model's files, by path relative to its root. */
export interface FolderFiles {
  /** Path of the model inside what was dropped; empty for the top. */
  root: string;
  files: ReadonlyMap<string, ByteSource>;
}

/** Weights in any format, which must never be passed on beside fingerprinted ones. */
const WEIGHT_FILE =
  /\.(safetensors|bin|pt|pth|ckpt|gguf|ggml|onnx|onnx_data|onnx\.data|h5|msgpack|npz|tflite|mlmodel|pkl)$/i;
const WEIGHT_INDEX = /\.(safetensors|bin)\.index\.json$/i;
/** State of a trainer, which holds no weights. */
const TRAINER_STATE = /(^|\/)(training_args\.bin|scheduler\.pt|rng_state(_\d+)?\.pth)$/i;
const JUNK = /(^|\/)(\.git|\.cache|__MACOSX)\/|(^|\/)(\.DS_Store|Thumbs\.db|desktop\.ini)$/;

/** True for files that hold weights or optimiser state, in whatever format. */
export function isWeightFile(path: string): boolean {
  return (WEIGHT_FILE.test(path) || WEIGHT_INDEX.test(path)) && !TRAINER_STATE.test(path);
}

/**
 * Finds the model among dropped files: the shallowest folder with a config.json and safetensors.
 * @throws FormatError CONFIG_MISSING, WEIGHTS_MISSING, UNSUPPORTED_FORMAT, FOLDER_AMBIGUOUS.
 */
export async function findModel(
  dropped: readonly FolderFile[],
  signal?: AbortSignal,
): Promise<FolderFiles> {
  const files = dropped
    .map(({ path, source }) => ({ path: normalise(path), source }))
    .filter(({ path }) => path !== "" && !JUNK.test(path));
  const withConfig = new Set(
    files.filter(({ path }) => baseName(path) === "config.json").map(({ path }) => folderOf(path)),
  );
  const withWeights = new Set(
    files.filter(({ path }) => path.endsWith(".safetensors")).map(({ path }) => folderOf(path)),
  );
  const complete = [...withConfig].filter((folder) => withWeights.has(folder));
  if (complete.length === 0) throw await nothingUsable(files, withConfig, withWeights, signal);
  const depth = Math.min(...complete.map(depthOf));
  const shallowest = complete.filter((folder) => depthOf(folder) === depth);
  if (shallowest.length > 1) {
    throw new FormatError(
      "FOLDER_AMBIGUOUS",
      `There are ${shallowest.length} models here: ${shallowest.sort().slice(0, 5).join(", ")}.`,
      "Drop the folder of one model.",
    );
  }
  const [root] = shallowest;
  const prefix = root === "" ? "" : `${root}/`;
  return {
    root,
    files: new Map(
      files
        .filter(({ path }) => path.startsWith(prefix))
        .map(({ path, source }) => [path.slice(prefix.length), source]),
    ),
  };
}

async function nothingUsable(
  files: readonly FolderFile[],
  withConfig: ReadonlySet<string>,
  withWeights: ReadonlySet<string>,
  signal: AbortSignal | undefined,
): Promise<FormatError> {
  if (files.some(({ path }) => baseName(path) === "adapter_config.json")) return adapterOnly();
  if (withWeights.size > 0) {
    return new FormatError(
      "CONFIG_MISSING",
      "There is no config.json beside the weights.",
      "Drop the whole model folder: config.json, model.safetensors and tokenizer.json.",
    );
  }
  const weights = files.find(({ path }) => isWeightFile(path));
  if (weights) return unsupportedFormat(weights.source, signal);
  if (withConfig.size > 0) {
    return new FormatError(
      "WEIGHTS_MISSING",
      "The folder has a config.json but no safetensors weights.",
      "Download the weights too (model.safetensors, or all shards with their index).",
    );
  }
  const [only] = files;
  if (files.length === 1) return unsupportedFormat(only.source, signal);
  return new FormatError(
    "CONFIG_MISSING",
    files.length === 0 ? "There are no files here." : "There is no model here: no config.json.",
    "Drop a Hugging Face model folder: config.json, model.safetensors and tokenizer.json.",
  );
}

/** The error for LoRA weights without their base model. */
export function adapterOnly(): FormatError {
  return new FormatError(
    "UNSUPPORTED_FORMAT",
    "The folder holds an adapter (LoRA), not a whole model.",
    "Merge it into its base model with merge_and_unload() and save that.",
  );
}

/** Forward slashes, no leading `./` or `/`; paths that climb out with `..` are dropped. */
function normalise(path: string): string {
  const parts = path.split(/[/\\]/).filter((part) => part !== "" && part !== ".");
  return parts.includes("..") ? "" : parts.join("/");
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function depthOf(folder: string): number {
  return folder === "" ? 0 : folder.split("/").length;
}
