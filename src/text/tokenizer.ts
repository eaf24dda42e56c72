import { sha256 } from "@noble/hashes/sha2.js";
import { toHex, utf8 } from "@/lib/bytes.ts";
import { AddedTokenFinder } from "./addedTokens.ts";
import { createBpe, parseBpe } from "./bpe.ts";
import { createChatTemplate, pickTemplate } from "./chatTemplate.ts";
import type { ChatMessage } from "./chatTemplate.ts";
import { createDecoder } from "./decoder.ts";
import { TextError, invalid } from "./errors.ts";
import { canonicalJson, isObject } from "./json.ts";
import { createNormalizer } from "./normalizer.ts";
import { parsePostProcessor } from "./postProcessor.ts";
import { createPreTokenizer } from "./preTokenizer.ts";
import type { Section } from "./preTokenizer.ts";
import { namedTokens, parseAddedTokens } from "./specialTokens.ts";

export interface TokenizerInput {
  /** Parsed tokenizer.json. */
  tokenizerJson: unknown;
  /** Parsed tokenizer_config.json, if there is one. */
  tokenizerConfig?: unknown;
  /** chat_template.jinja or .json; comes before the one in tokenizer_config.json. */
  chatTemplate?: unknown;
  /** End-of-sequence ids of generation_config.json, besides the tokenizer's own. */
  eosIds?: readonly number[];
}

/** Text to ids and back, exactly as the `tokenizers` crate does it for the same tokenizer.json. */
export interface Tokenizer {
  /** One more than the largest id. */
  readonly vocabSize: number;
  /** Ids of tokens that are not text: marked special, or named in tokenizer_config.json. */
  readonly specialIds: ReadonlySet<number>;
  readonly bosId: number | null;
  readonly eosIds: readonly number[];
  /** SHA-256, hexadecimal, of what determines ids and text, however the file is written. */
  readonly hash: string;
  /** SHA-256, hexadecimal, of the chat template's source; null without one. */
  readonly templateHash: string | null;
  readonly hasChatTemplate: boolean;
  /** Special tokens written out in `text` become their ids, as in Python. */
  encode(text: string, options: { addSpecialTokens: boolean }): number[];
  /** Ids outside the vocabulary are left out. Spaces are never tidied up. */
  decode(ids: readonly number[], options: { skipSpecialTokens: boolean }): string;
  /** The text a token shows in the middle of a text; U+FFFD for parts of characters. */
  tokenText(id: number): string;
  /** @throws TextError TEMPLATE_MISSING, TEMPLATE_FAILED. */
  renderChat(messages: readonly ChatMessage[], options: { addGenerationPrompt: boolean }): string;
  /** Ids of the rendered chat; special tokens come from the template alone. */
  encodeChat(messages: readonly ChatMessage[], options: { addGenerationPrompt: boolean }): number[];
}

/**
 * A tokenizer from the files of a model folder.
 * @throws TextError TOKENIZER_UNSUPPORTED, TOKENIZER_INVALID, TEMPLATE_FAILED.
 */
export function createTokenizer(input: TokenizerInput): Tokenizer {
  const json = input.tokenizerJson;
  if (!isObject(json)) throw invalid("it is not a JSON object");
  const config = isObject(input.tokenizerConfig) ? input.tokenizerConfig : {};
  const model = parseBpe(json.model);
  const bpe = createBpe(model);
  const normalize = createNormalizer(json.normalizer);
  const preTokenize = createPreTokenizer(json.pre_tokenizer);
  const decoder = createDecoder(json.decoder);
  const surround = parsePostProcessor(json.post_processor);
  const added = parseAddedTokens(json, config, model.vocab);
  const rawFinder = new AddedTokenFinder(
    added.filter(({ normalized }) => !normalized).map((token) => ({ text: token.content, token })),
  );
  const normalFinder = new AddedTokenFinder(
    added
      .filter(({ normalized }) => normalized)
      .map((token) => ({ text: normalize(token.content), token })),
  );
  const tokenOf = new Map([...model.vocab].map(([token, id]) => [id, token]));
  // The crate names a token that is sought in normalised text by its normalised content; when that
  // differs, skipping special tokens no longer knows it.
  for (const { id, content, normalized } of added) {
    tokenOf.set(id, normalized ? normalize(content) : content);
  }
  const idOf = new Map([...model.vocab, ...added.map(({ id, content }) => [content, id] as const)]);
  const named = namedTokens(config);
  const specials = added.filter(({ special }) => special);
  const specialContents = new Set(specials.map(({ content }) => content));
  const templateSource = pickTemplate(input.chatTemplate) ?? pickTemplate(config.chat_template);
  const template = templateSource === null ? null : createChatTemplate(templateSource);
  const eosId = named.eos_token === undefined ? undefined : idOf.get(named.eos_token);
  const identity = () => ({
    normalizer: json.normalizer ?? null,
    preTokenizer: json.pre_tokenizer ?? null,
    postProcessor: surround,
    decoder: json.decoder ?? null,
    added: added.toSorted((a, b) => a.id - b.id),
    model: { ...model, vocab: [...model.vocab].sort(([, a], [, b]) => a - b) },
  });
  let hash: string | undefined;

  const encodeText = (text: string): number[] => {
    // A lone surrogate has no UTF-8; encoders write U+FFFD for it.
    const clean = text.replace(/\p{Surrogate}/gu, "\uFFFD");
    return rawFinder.split(clean).flatMap((raw) => {
      if ("id" in raw) return [raw.id];
      return normalFinder.split(normalize(raw.text)).flatMap((piece) => {
        if ("id" in piece) return [piece.id];
        const section: Section = { text: piece.text, first: raw.start === 0 && piece.start === 0 };
        return preTokenize([section]).flatMap((part) => bpe(part.text));
      });
    });
  };
  const renderChat: Tokenizer["renderChat"] = (messages, { addGenerationPrompt }) => {
    if (!template) throw noTemplate();
    return template.render(messages, { addGenerationPrompt, specialTokens: named });
  };

  return {
    vocabSize: 1 + [...tokenOf.keys()].reduce((most, id) => Math.max(most, id), 0),
    specialIds: new Set(specials.map(({ id }) => id)),
    bosId: named.bos_token === undefined ? null : (idOf.get(named.bos_token) ?? null),
    eosIds: [...new Set([...(eosId === undefined ? [] : [eosId]), ...(input.eosIds ?? [])])],
    get hash() {
      hash ??= toHex(sha256(utf8(canonicalJson(identity()))));
      return hash;
    },
    templateHash: templateSource === null ? null : toHex(sha256(utf8(templateSource))),
    hasChatTemplate: template !== null,
    encode(text, { addSpecialTokens }) {
      const ids = encodeText(text);
      return addSpecialTokens ? [...surround.prefix, ...ids, ...surround.suffix] : ids;
    },
    decode(ids, { skipSpecialTokens }) {
      const tokens = ids
        .map((id) => tokenOf.get(id))
        .filter((token) => token !== undefined)
        .filter((token) => !(skipSpecialTokens && specialContents.has(token)));
      return decoder(tokens, false).join("");
    },
    tokenText(id) {
      const token = tokenOf.get(id);
      return token === undefined ? "" : decoder([token], true).join("");
    },
    renderChat,
    encodeChat: (messages, options) => encodeText(renderChat(messages, options)),
  };
}

function noTemplate(): TextError {
  return new TextError(
    "TEMPLATE_MISSING",
    "This model has no chat template.",
    "Use plain prompts, or add chat_template.jinja to the folder.",
  );
}
