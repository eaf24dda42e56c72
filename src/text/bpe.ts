import { BPE } from "@huggingface/tokenizers";
import { invalid, unsupported } from "./errors.ts";
import { isObject } from "./json.ts";
import type { JsonObject } from "./json.ts";

/** The model part of a tokenizer.json, checked. */
export interface BpeModel {
  vocab: ReadonlyMap<string, number>;
  merges: readonly (readonly [string, string])[];
  unkToken: string | null;
  fuseUnk: boolean;
  byteFallback: boolean;
  ignoreMerges: boolean;
}

const KINDS: Readonly<Record<string, string>> = {
  WordPiece: "WordPiece (as of BERT)",
  Unigram: "Unigram (as of T5 and ALBERT)",
  WordLevel: "WordLevel",
};

/** @throws TextError TOKENIZER_UNSUPPORTED for other models, TOKENIZER_INVALID. */
export function parseBpe(model: unknown): BpeModel {
  if (!isObject(model)) throw invalid("model is missing");
  const kind = kindOf(model);
  if (kind !== "BPE") throw unsupported(`the model ${KINDS[kind] ?? kind}`);
  for (const key of ["continuing_subword_prefix", "end_of_word_suffix"]) {
    if (model[key] !== undefined && model[key] !== null && model[key] !== "") {
      throw unsupported(`BPE with ${key}`);
    }
  }
  if (model.dropout !== undefined && model.dropout !== null && model.dropout !== 0) {
    throw unsupported("BPE with dropout, which encodes at random,");
  }
  const vocab = parseVocab(model.vocab);
  const unk = model.unk_token;
  if (typeof unk === "string" && !vocab.has(unk)) {
    throw invalid(`unk_token ${JSON.stringify(unk)} is not in the vocabulary`);
  }
  return {
    vocab,
    merges: parseMerges(model.merges, vocab),
    unkToken: typeof unk === "string" ? unk : null,
    fuseUnk: model.fuse_unk === true,
    byteFallback: model.byte_fallback === true,
    ignoreMerges: model.ignore_merges === true,
  };
}

/** Old files leave the type out; then the keys tell. */
function kindOf(model: JsonObject): string {
  if (typeof model.type === "string") return model.type;
  if (Array.isArray(model.merges)) return "BPE";
  if (Array.isArray(model.vocab)) return "Unigram";
  return model.max_input_chars_per_word === undefined ? "WordLevel" : "WordPiece";
}

function parseVocab(value: unknown): Map<string, number> {
  if (!isObject(value)) throw invalid("model.vocab is not an object");
  const vocab = new Map<string, number>();
  const ids = new Set<number>();
  for (const [token, id] of Object.entries(value)) {
    if (typeof id !== "number" || !Number.isInteger(id) || id < 0 || id >= 2 ** 24) {
      throw invalid(`token ${JSON.stringify(token.slice(0, 60))} has no valid id`);
    }
    if (ids.has(id)) throw invalid(`two tokens have the id ${id}`);
    ids.add(id);
    vocab.set(token, id);
  }
  if (vocab.size === 0) throw invalid("model.vocab is empty");
  return vocab;
}

function parseMerges(value: unknown, vocab: ReadonlyMap<string, number>): [string, string][] {
  if (!Array.isArray(value)) throw invalid("model.merges is not a list");
  const entries: readonly unknown[] = value;
  return entries.map((entry) => {
    const [left, right, rest]: readonly unknown[] =
      typeof entry === "string" ? entry.split(" ") : Array.isArray(entry) ? entry : [];
    if (typeof left !== "string" || typeof right !== "string" || rest !== undefined) {
      throw invalid("model.merges holds something that is not a pair");
    }
    if (!vocab.has(left) || !vocab.has(right) || !vocab.has(left + right)) {
      throw invalid(`the merge ${JSON.stringify([left, right])} is not in the vocabulary`);
    }
    return [left, right];
  });
}

const WORD_END = /(?<=[^▁])(?=▁)/u;

function crossesWord([left, right]: readonly [string, string]): boolean {
  return !left.endsWith("▁") && right.startsWith("▁");
}

/** Encodes one pre-token; text without `unkToken` or byte fallback that is unknown is dropped. */
export function createBpe(model: BpeModel): (text: string) => number[] {
  const bpe = new BPE({
    type: "BPE",
    vocab: {},
    merges: model.merges.map(([left, right]): [string, string] => [left, right]),
    unk_token: model.unkToken,
    fuse_unk: model.fuseUnk,
    byte_fallback: model.byteFallback,
    ignore_merges: model.ignoreMerges,
  });
  // Set directly: an object would lose a token called __proto__.
  bpe.tokens_to_ids = new Map(model.vocab);
  const wordwise = !model.ignoreMerges && !model.merges.some(crossesWord);
  const unkId = model.unkToken === null ? undefined : model.vocab.get(model.unkToken);
  return (text) => {
    const ids: number[] = [];
    // SentencePiece-style tokenizers pass whole texts. Where no merge joins a word to the space mark
    // after it, words are encoded alone, with the same result and many times as fast.
    for (const token of bpe.encode(wordwise ? text.split(WORD_END) : [text])) {
      const id = model.vocab.get(token);
      // Fused here because the library fuses across pre-tokens.
      if (id === undefined || (model.fuseUnk && id === unkId && ids.at(-1) === unkId)) continue;
      ids.push(id);
    }
    return ids;
  };
}
