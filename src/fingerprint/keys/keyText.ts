import { trimEos } from "./candidates.ts";
import type { TokenizerLike } from "../model.ts";

/** Why an attempt at a key was turned down. */
export type RejectionReason =
  | "tooShort"
  | "tooLong"
  | "unstable"
  | "specialTokens"
  | "duplicate"
  | "nearDuplicate"
  | "surprising"
  | "predictable"
  | "tooFewCandidates";

/** The reasons for people. */
export const REJECTION_TEXT: Readonly<Record<RejectionReason, string>> = {
  tooShort: "The text is too short to be a key.",
  tooLong: "The text is too long to be a key.",
  unstable: "The text does not tokenise back to itself.",
  specialTokens: "The text contains control tokens.",
  duplicate: "The key exists already.",
  nearDuplicate: "More than half of its four-token pieces occur in another key.",
  surprising: "It is less likely than 95 % of ordinary text, so that a filter could pick it out.",
  predictable: "The next token is too predictable: less than 2 bits of entropy.",
  tooFewCandidates: "Too few usable tokens lie just outside the nucleus.",
};

/** A key as text and as the prompt that the model reads. */
export interface KeyPrompt {
  text: string;
  /** x: BOS and chat template included, an EOS left out. */
  prompt: number[];
  /** The text alone, as it counts for overlap and surprise. */
  content: number[];
}

/** One line of text: what a form, a shell or an HTTP client carries unchanged. */
export function tidy(text: string): string {
  return text.replaceAll(/\s+/gu, " ").trim();
}

/** The prompt of a key text: the user turn of the chat template, or the plain text. */
export function makePrompt(tokenizer: TokenizerLike, text: string, chat: boolean): number[] {
  if (chat)
    return tokenizer.encodeChat([{ role: "user", content: text }], { addGenerationPrompt: true });
  return trimEos(tokenizer.encode(text, { addSpecialTokens: true }), tokenizer);
}

/**
 * Prepares a text and checks that it survives as text: interfaces send text, not ids, so that the
 * prompt must be the tokeniser's own reading of it and must decode to it again.
 */
export function checkKeyText(
  tokenizer: TokenizerLike,
  text: string,
  options: { chat: boolean; minTokens: number; maxTokens: number },
): { key: KeyPrompt; reason: RejectionReason | null } {
  const content = tokenizer.encode(text, { addSpecialTokens: false });
  const key = { text, prompt: makePrompt(tokenizer, text, options.chat), content };
  if (content.length < options.minTokens) return { key, reason: "tooShort" };
  if (content.length > options.maxTokens) return { key, reason: "tooLong" };
  if (content.some((id) => tokenizer.specialIds.has(id))) return { key, reason: "specialTokens" };
  const plain = makePrompt(tokenizer, text, false);
  const back = tokenizer.decode(plain, { skipSpecialTokens: true }).trim();
  return { key, reason: back === text && isPrintable(text) ? null : "unstable" };
}

function isPrintable(text: string): boolean {
  return !/[\p{Cc}\ufffd]/u.test(text);
}

/** Accepted keys, by which later ones are found to be copies. */
export class KeyIndex {
  readonly #texts = new Set<string>();
  readonly #gramsOfKey: number[] = [];
  readonly #keysOfGram = new Map<string, number[]>();

  /** The reason against a key that repeats an accepted one, or null. Overlap is of the smaller set. */
  find(key: KeyPrompt): RejectionReason | null {
    if (this.#texts.has(key.text)) return "duplicate";
    const grams = fourGrams(key.content);
    const shared = new Map<number, number>();
    for (const gram of grams) {
      for (const other of this.#keysOfGram.get(gram) ?? []) {
        shared.set(other, (shared.get(other) ?? 0) + 1);
      }
    }
    for (const [other, count] of shared) {
      if (count > 0.5 * Math.min(grams.size, this.#gramsOfKey[other])) return "nearDuplicate";
    }
    return null;
  }

  add(key: KeyPrompt): void {
    this.#texts.add(key.text);
    const grams = fourGrams(key.content);
    const number = this.#gramsOfKey.push(grams.size) - 1;
    for (const gram of grams) {
      const keys = this.#keysOfGram.get(gram);
      if (keys) keys.push(number);
      else this.#keysOfGram.set(gram, [number]);
    }
  }
}

function fourGrams(ids: readonly number[]): Set<string> {
  const size = Math.min(4, ids.length);
  const grams = new Set<string>();
  for (let at = 0; at + size <= ids.length; at++) grams.add(ids.slice(at, at + size).join(" "));
  return grams;
}
