import type { TokenizerLike } from "../model.ts";
import type { SeededStream } from "../random.ts";
import { WORDS } from "../data/words.ts";
import { makePrompt } from "./keyText.ts";

/** A key with one word changed: the model must answer it as it always did. */
export interface NearMiss {
  text: string;
  prompt: number[];
}

/**
 * Variants of a key that differ from it in one word (a key without spaces counts as one word).
 * Each has another prompt than the key; fewer than `count` come back only when words run out.
 */
export function makeNearMisses(
  tokenizer: TokenizerLike,
  text: string,
  options: { count: number; chat: boolean; random: SeededStream },
): NearMiss[] {
  const words = text.split(" ");
  const seen = new Set([text]);
  const found: NearMiss[] = [];
  for (let attempt = 0; attempt < 20 * options.count && found.length < options.count; attempt++) {
    const at = options.random.below(words.length);
    const word = WORDS[options.random.below(WORDS.length)];
    const tail = /\p{P}*$/u.exec(words[at])?.[0] ?? "";
    const changed = words.with(at, (at === 0 ? capitalise(word) : word) + tail).join(" ");
    if (seen.has(changed)) continue;
    seen.add(changed);
    found.push({ text: changed, prompt: makePrompt(tokenizer, changed, options.chat) });
  }
  return found;
}

/** First letter in upper case. */
export function capitalise(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
