import type { AddedToken } from "./addedTokens.ts";
import { invalid } from "./errors.ts";
import { isObject } from "./json.ts";
import type { JsonObject } from "./json.ts";

const NAMES = [
  "bos_token",
  "eos_token",
  "unk_token",
  "sep_token",
  "pad_token",
  "cls_token",
  "mask_token",
] as const;

/** Special tokens of tokenizer_config.json by role, written as a string or as an object. */
export function namedTokens(config: JsonObject): Readonly<Record<string, string>> {
  const named: Record<string, string> = {};
  for (const name of NAMES) {
    const content = contentOf(config[name]);
    if (content !== undefined) named[name] = content;
  }
  return named;
}

/**
 * The added tokens of tokenizer.json, amended as transformers does on loading: those that
 * tokenizer_config.json lists or names and that are not among them are added, with the id that
 * the vocabulary gives them or the next free one.
 * @throws TextError TOKENIZER_INVALID.
 */
export function parseAddedTokens(
  json: JsonObject,
  config: JsonObject,
  vocab: ReadonlyMap<string, number>,
): AddedToken[] {
  const tokens = new Map<string, AddedToken>();
  const listed = json.added_tokens ?? [];
  if (!Array.isArray(listed)) throw invalid("added_tokens is not a list");
  for (const entry of listed as readonly unknown[]) {
    if (!isObject(entry) || !isId(entry.id)) throw invalid("an added token has no valid id");
    const token = tokenOf(entry, entry.id, false);
    tokens.set(token.content, token);
  }
  const decoder = isObject(config.added_tokens_decoder) ? config.added_tokens_decoder : {};
  for (const [key, entry] of Object.entries(decoder)) {
    const content = contentOf(entry);
    if (!isObject(entry) || content === undefined) continue;
    const id = tokens.get(content)?.id ?? vocab.get(content) ?? Number(key);
    if (isId(id)) tokens.set(content, tokenOf(entry, id, false));
  }
  const extra: readonly unknown[] = [
    config.additional_special_tokens,
    config.extra_special_tokens,
  ].flatMap((list) => (Array.isArray(list) ? list : []));
  const special = [...Object.values(namedTokens(config)), ...extra.map(contentOf)];
  for (const content of special) {
    if (content === undefined || content === "") continue;
    const known = tokens.get(content);
    if (known) known.special = true;
    else
      tokens.set(content, tokenOf({ content }, vocab.get(content) ?? nextId(tokens, vocab), true));
  }
  return [...tokens.values()];
}

function tokenOf(entry: JsonObject, id: number, special: boolean): AddedToken {
  const { content } = entry;
  if (typeof content !== "string") throw invalid(`the added token ${id} has no content`);
  const isSpecial = special || entry.special === true;
  return {
    id,
    content,
    special: isSpecial,
    singleWord: entry.single_word === true,
    lstrip: entry.lstrip === true,
    rstrip: entry.rstrip === true,
    normalized: typeof entry.normalized === "boolean" ? entry.normalized : !isSpecial,
  };
}

function nextId(
  tokens: ReadonlyMap<string, AddedToken>,
  vocab: ReadonlyMap<string, number>,
): number {
  const ids = [...tokens.values()].map(({ id }) => id);
  return 1 + [...ids, ...vocab.values()].reduce((most, id) => Math.max(most, id), -1);
}

function contentOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return isObject(value) && typeof value.content === "string" ? value.content : undefined;
}

function isId(id: unknown): id is number {
  return typeof id === "number" && Number.isInteger(id) && id >= 0 && id < 2 ** 24;
}
