import { estimateMemory } from "@/engine/models/memory.ts";
import { chooseTrainable } from "@/fingerprint/embed/recipe.ts";
import { openModelFolder, type ModelFolder } from "@/formats/hf/modelFolder.ts";
import { isAbort } from "@/lib/errors.ts";
import type {
  FileEntry,
  MemoryEstimate,
  ModelSummary,
  TrainableChoice,
  WireError,
} from "@/rpc/protocols.ts";
import { toWire } from "@/rpc/wire.ts";
import { openTokenizer } from "@/text/openTokenizer.ts";
import { folderFiles, modelName } from "./openModel.ts";

/** A bank of 32 pairs with its benign text: what the memory plan is made for. */
const PLAN = { sequenceTokens: 48, rows: 768 };

/** Opens a model and says what it is. Weights are not read, only their headers. */
export async function inspectJob(
  { files }: { files: readonly FileEntry[] },
  signal: AbortSignal,
): Promise<ModelSummary> {
  const sources = await folderFiles(files, signal);
  const folder = await openModelFolder(sources, signal);
  folder.checkTensors();
  const { tokenizer, problem } = await inspectTokenizer(folder, signal);
  const chosen = chooseTrainable(folder.config, "auto").kind;
  return {
    name: modelName(folder, files),
    architecture: folder.config.architecture,
    parameterCount: folder.parameterCount,
    sizeBytes: folder.tensors.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    dtypes: [...new Set(folder.tensors.map(({ dtype }) => dtype))],
    config: flatConfig(folder),
    tensors: folder.tensors,
    files: sources.map(({ path, source }) => ({ path, sizeBytes: source.sizeBytes })),
    tokenizer,
    tokenizerProblem: problem,
    memory: {
      full: estimate(folder, "full"),
      body: estimate(folder, "body"),
      downProj: estimate(folder, "downProj"),
      lora: estimate(folder, "lora"),
    },
    recommended: chosen === "none" ? "full" : chosen,
  };
}

async function inspectTokenizer(
  folder: ModelFolder,
  signal: AbortSignal,
): Promise<{ tokenizer: ModelSummary["tokenizer"]; problem: WireError | null }> {
  try {
    const { vocabSize, hash, hasChatTemplate } = await openTokenizer(folder, signal);
    return { tokenizer: { kind: "BPE", vocabSize, hash, hasChatTemplate }, problem: null };
  } catch (error) {
    if (isAbort(error)) throw error;
    return { tokenizer: null, problem: toWire(error) };
  }
}

function estimate({ config }: ModelFolder, choice: TrainableChoice): MemoryEstimate {
  const trainable = chooseTrainable(config, choice);
  const { weightBytes, stateBytes, activationBytes, logitsBytes, totalBytes } = estimateMemory(
    config,
    {
      trainable,
      frozenFormat: choice === "full" || choice === "body" ? "f32" : "bf16",
      savesValues: true,
      ...PLAN,
    },
  );
  return { weightBytes, stateBytes, activationBytes: activationBytes + logitsBytes, totalBytes };
}

function flatConfig({ config }: ModelFolder): ModelSummary["config"] {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      typeof value === "object" ? (value === null ? null : JSON.stringify(value)) : value,
    ]),
  );
}
