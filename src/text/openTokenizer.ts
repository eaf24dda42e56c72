import type { ByteSource } from "@/formats/byteSource.ts";
import type { ModelFolder } from "@/formats/hf/modelFolder.ts";
import { readJson, readText } from "@/formats/sniff.ts";
import { TextError } from "./errors.ts";
import { isObject } from "./json.ts";
import { createTokenizer } from "./tokenizer.ts";
import type { Tokenizer } from "./tokenizer.ts";

const MAX_TOKENIZER_BYTES = 128 << 20;
const MAX_SMALL_BYTES = 8 << 20;

/**
 * The tokenizer of a model folder, checked against the model's vocabulary.
 * @throws TextError TOKENIZER_MISSING, TOKENIZER_UNSUPPORTED, TOKENIZER_INVALID,
 * TOKENIZER_MISMATCH, TEMPLATE_FAILED; FormatError when a file cannot be read.
 */
export async function openTokenizer(
  folder: Pick<ModelFolder, "tokenizerFiles" | "generationConfig" | "config">,
  signal?: AbortSignal,
): Promise<Tokenizer> {
  const { tokenizerFiles, generationConfig, config } = folder;
  const tokenizer = await readTokenizer(tokenizerFiles, generationConfig.eosIds, signal);
  checkVocabulary(tokenizer, config.vocabSize);
  return tokenizer;
}

/** A tokenizer from its files alone. Throws as openTokenizer, but for TOKENIZER_MISMATCH. */
export async function readTokenizer(
  files: ModelFolder["tokenizerFiles"],
  eosIds: readonly number[],
  signal?: AbortSignal,
): Promise<Tokenizer> {
  const { tokenizerJson, tokenizerConfig, chatTemplateJinja, chatTemplateJson, others } = files;
  if (!tokenizerJson) throw noTokenizer(others);
  const json = (source: ByteSource | null, maxBytes: number) =>
    source ? readJson(source, maxBytes, signal) : undefined;
  const template = chatTemplateJinja
    ? await readText(chatTemplateJinja, MAX_SMALL_BYTES, signal)
    : await json(chatTemplateJson, MAX_SMALL_BYTES);
  return createTokenizer({
    tokenizerJson: await json(tokenizerJson, MAX_TOKENIZER_BYTES),
    tokenizerConfig: await json(tokenizerConfig, MAX_SMALL_BYTES),
    // chat_template.json wraps the template in an object of one key.
    chatTemplate: isObject(template) ? (template.chat_template ?? template) : template,
    eosIds,
  });
}

/** @throws TextError TOKENIZER_MISMATCH when the tokenizer has ids beyond the model's vocabulary. */
export function checkVocabulary(tokenizer: Pick<Tokenizer, "vocabSize">, vocabSize: number): void {
  if (tokenizer.vocabSize <= vocabSize) return;
  throw new TextError(
    "TOKENIZER_MISMATCH",
    `The tokenizer has ids up to ${tokenizer.vocabSize - 1}, the model only ${vocabSize} embeddings.`,
    "Use the tokenizer.json that belongs to this model.",
  );
}

function noTokenizer(others: readonly string[]): TextError {
  if (others.length === 0) {
    return new TextError(
      "TOKENIZER_MISSING",
      "The folder has no tokenizer.json.",
      "Add the model's tokenizer.json and tokenizer_config.json to the folder.",
    );
  }
  return new TextError(
    "TOKENIZER_UNSUPPORTED",
    `The folder has ${others.join(", ")} but no tokenizer.json.`,
    "Load the tokenizer with AutoTokenizer in transformers and call save_pretrained.",
  );
}
