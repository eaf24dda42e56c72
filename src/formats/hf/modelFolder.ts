import type { ModelConfig, WeightSource } from "@/engine/types.ts";
import { isFloatDtype } from "../dtype.ts";
import type { Dtype } from "../dtype.ts";
import type { ByteSource } from "../byteSource.ts";
import { FormatError } from "../errors.ts";
import { quote } from "../safetensors/header.ts";
import type { TensorEntry } from "../safetensors/header.ts";
import { floatDtypeOf, readTensorF32 } from "../safetensors/reader.ts";
import type { SafetensorsFile } from "../safetensors/reader.ts";
import { readJson } from "../sniff.ts";
import { parseConfig } from "./config.ts";
import { isRecord } from "./configFields.ts";
import { compareTensors, expectedTensors } from "./expectedTensors.ts";
import { findModel, isWeightFile } from "./folderFiles.ts";
import type { FolderFile } from "./folderFiles.ts";
import { INDEX_FILE, openWeights } from "./openWeights.ts";

export interface TensorInfo {
  name: string;
  dtype: Dtype;
  shape: readonly number[];
  sizeBytes: number;
  /** Weight file that holds it. */
  file: string;
}

/** The tokenizer's files, each null when the folder lacks it. */
export interface TokenizerFiles {
  /** tokenizer.json */
  tokenizerJson: ByteSource | null;
  /** tokenizer_config.json */
  tokenizerConfig: ByteSource | null;
  /** chat_template.jinja */
  chatTemplateJinja: ByteSource | null;
  /** chat_template.json */
  chatTemplateJson: ByteSource | null;
  /** Names of files of other tokenizers (tokenizer.model, vocab.json, …), for messages. */
  others: readonly string[];
}

export interface GenerationConfig {
  /** From generation_config.json, else config.json; empty when neither says. */
  eosIds: readonly number[];
  bosId: number | null;
}

/** A Hugging Face model folder: everything is checked but the values of the weights. */
export interface ModelFolder {
  /** Path of the model inside what was dropped; empty for the top. */
  readonly root: string;
  readonly rawConfig: Readonly<Record<string, unknown>>;
  readonly config: ModelConfig;
  readonly weights: WeightSource;
  readonly tensors: readonly TensorInfo[];
  readonly generationConfig: GenerationConfig;
  readonly tokenizerFiles: TokenizerFiles;
  /** Every file but the weights in use and `foreignWeights`; config.json and the index included. */
  readonly sidecars: readonly FolderFile[];
  /** Weight files in use, by name, sorted. */
  readonly weightFiles: ReadonlyMap<string, SafetensorsFile>;
  /** Other files that hold weights (pytorch_model.bin, GGUF, optimiser state): never exported. */
  readonly foreignWeights: readonly string[];
  /** Parameters of the model; a tied output projection counts once. */
  readonly parameterCount: number;
  /** Oddities that do no harm, for people. */
  readonly warnings: readonly string[];
  /** @throws FormatError when config and tensors disagree, naming the tensor, wanted and found. */
  checkTensors(): void;
}

const MAX_CONFIG_BYTES = 4 << 20;

/**
 * Opens a dropped model folder; a parent folder will do. Reads config and headers, no weights.
 * @throws FormatError for anything that is not a readable model of a supported architecture.
 */
export async function openModelFolder(
  dropped: readonly FolderFile[],
  signal?: AbortSignal,
): Promise<ModelFolder> {
  const { root, files } = await findModel(dropped, signal);
  const configSource = files.get("config.json");
  if (!configSource) throw new Error("findModel promises a config.json");
  const rawConfig = await readJson(configSource, MAX_CONFIG_BYTES, signal);
  const config = parseConfig(rawConfig);
  const { weightFiles, warnings } = await openWeights(files, signal);
  const tensors = [...weightFiles].flatMap(([file, opened]) =>
    opened.tensors.map((tensor) => ({ file, opened, tensor })),
  );
  const infos = tensors.map(({ file, tensor }) => ({
    name: tensor.name,
    dtype: tensor.dtype,
    shape: tensor.shape,
    sizeBytes: tensor.end - tensor.start,
    file,
  }));
  const others = [...files].filter(([path]) => !weightFiles.has(path));
  const expected = expectedTensors(config);
  // An index goes with the shards it lists: beside other weights it would mislead.
  const isForeign = (path: string) =>
    isWeightFile(path) && !(path === INDEX_FILE && !weightFiles.has("model.safetensors"));
  return {
    root,
    rawConfig: isRecord(rawConfig) ? rawConfig : {},
    config,
    weights: weightSource(tensors),
    tensors: infos,
    generationConfig: await generationConfigOf(files, rawConfig, signal),
    tokenizerFiles: tokenizerFilesOf(files),
    sidecars: others
      .filter(([path]) => !isForeign(path))
      .map(([path, source]) => ({ path, source })),
    weightFiles,
    foreignWeights: others.map(([path]) => path).filter(isForeign),
    parameterCount: infos
      .filter(({ name, dtype }) => isFloatDtype(dtype) && expected.has(name))
      .reduce((sum, { shape }) => sum + shape.reduce((product, dim) => product * dim, 1), 0),
    warnings,
    checkTensors() {
      compareTensors(config, infos);
      for (const info of infos) if (expected.has(info.name)) floatDtypeOf(info, info.file);
    },
  };
}

function weightSource(
  tensors: readonly { opened: SafetensorsFile; tensor: TensorEntry }[],
): WeightSource {
  const byName = new Map(tensors.map((entry) => [entry.tensor.name, entry]));
  const find = (name: string) => {
    const entry = byName.get(name);
    if (entry) return entry;
    throw new FormatError(
      "TENSOR_MISSING",
      `The weights lack ${quote(name)}.`,
      "Use the config.json that belongs to these weights, or download the folder again.",
    );
  };
  return {
    names: () => [...byName.keys()],
    shape: (name) => find(name).tensor.shape,
    readF32: async (name, signal) => {
      const { opened, tensor } = find(name);
      return readTensorF32(opened.source, tensor, signal);
    },
  };
}

/** The tokenizer's files among those of one folder, by path relative to it. */
export function tokenizerFilesOf(files: ReadonlyMap<string, ByteSource>): TokenizerFiles {
  const foreign =
    /^(tokenizer\.model|vocab\.(json|txt)|merges\.txt|.*\.tiktoken|.*\.spm|spiece\.model)$/;
  return {
    tokenizerJson: files.get("tokenizer.json") ?? null,
    tokenizerConfig: files.get("tokenizer_config.json") ?? null,
    chatTemplateJinja: files.get("chat_template.jinja") ?? null,
    chatTemplateJson: files.get("chat_template.json") ?? null,
    others: [...files.keys()].filter((path) => foreign.test(path)),
  };
}

/** What generation_config.json says, else config.json. @throws FormatError when it is not JSON. */
export async function generationConfigOf(
  files: ReadonlyMap<string, ByteSource>,
  rawConfig: unknown,
  signal: AbortSignal | undefined,
): Promise<GenerationConfig> {
  const source = files.get("generation_config.json");
  const json = source ? await readJson(source, MAX_CONFIG_BYTES, signal) : {};
  const [first, second] = [json, rawConfig].map((value) => (isRecord(value) ? value : {}));
  const eos = first.eos_token_id ?? second.eos_token_id;
  const bos = first.bos_token_id ?? second.bos_token_id;
  const isId = (id: unknown): id is number => Number.isSafeInteger(id) && Number(id) >= 0;
  return { eosIds: [eos].flat().filter(isId), bosId: isId(bos) ? bos : null };
}
