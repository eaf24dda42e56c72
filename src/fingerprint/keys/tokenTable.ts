import type { TokenizerLike } from "../model.ts";

/** Static facts about every token id, made once per tokenizer. */
export interface TokenTable {
  /** 1 where the token may be drawn while a key is written: visible text in whole characters. */
  readonly writable: Uint8Array;
  /** 1 where the token may be a candidate as far as its own text goes. */
  readonly answerable: Uint8Array;
  /** Text of one token alone. */
  text(id: number): string;
}

// Control characters, line breaks among them, and what stands for broken UTF-8.
const UNPRINTABLE = /[\p{Cc}\p{Cn}\p{Co}\p{Cs}\u2028\u2029\ufffd]/u;
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

/** Reads the text of every id of the tokenizer. */
export function makeTokenTable(tokenizer: TokenizerLike): TokenTable {
  const writable = new Uint8Array(tokenizer.vocabSize);
  const answerable = new Uint8Array(tokenizer.vocabSize);
  const texts: string[] = [];
  for (let id = 0; id < tokenizer.vocabSize; id++) {
    const special = tokenizer.specialIds.has(id);
    const text = special ? "" : tokenizer.decode([id], { skipSpecialTokens: false });
    texts.push(text);
    if (text === "" || UNPRINTABLE.test(text)) continue;
    writable[id] = 1;
    if (LETTER_OR_DIGIT.test(text)) answerable[id] = 1;
  }
  return { writable, answerable, text: (id) => texts[id] ?? "" };
}

/** Number of ids that can be candidates at all. */
export function countAnswerable(table: TokenTable): number {
  return table.answerable.reduce((sum, flag) => sum + flag, 0);
}

/** A token's text as answers are compared: no surrounding space, one case, one Unicode form. */
export function normaliseAnswer(text: string): string {
  return text.normalize("NFKC").trim().toLowerCase();
}
