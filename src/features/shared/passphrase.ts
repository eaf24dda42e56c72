import { randomInt } from "./randomInt.ts";

export interface Strength {
  /** Rough lower bound of the guesses needed, bits. */
  bits: number;
  word: "Too short" | "Weak" | "Fair" | "Strong";
  /** 0 to 1 for a meter. */
  fraction: number;
  acceptable: boolean;
}

export const MIN_LENGTH = 8;
const STRONG_BITS = 64;
const GENERATED_WORDS = 6;

/**
 * An estimate that errs on the low side: repeated and consecutive characters count little, and words
 * count as words. It guides; it is no proof.
 */
export function passphraseStrength(text: string): Strength {
  const bits = estimateBits(text);
  const fraction = Math.min(1, bits / STRONG_BITS);
  if (text.length < MIN_LENGTH) return { bits, word: "Too short", fraction, acceptable: false };
  const word = bits < 36 ? "Weak" : bits < STRONG_BITS ? "Fair" : "Strong";
  return { bits, word, fraction, acceptable: true };
}

function estimateBits(text: string): number {
  const words = text.split(/[\s.,_-]+/).filter((word) => /^\p{L}{3,}$/u.test(word));
  const rest = words.reduce((left, word) => left.replace(word, ""), text);
  const distinctWords = new Set(words.map((word) => word.toLowerCase())).size;
  return distinctWords * 11 + characterBits(rest.replaceAll(/\s/g, ""));
}

function characterBits(text: string): number {
  const pools: readonly (readonly [RegExp, number])[] = [
    [/[a-z]/, 26],
    [/[A-Z]/, 26],
    [/[0-9]/, 10],
    [/[^a-zA-Z0-9]/, 32],
  ];
  const pool = pools.reduce((sum, [pattern, size]) => sum + (pattern.test(text) ? size : 0), 0);
  if (pool === 0) return 0;
  let counted = 0;
  let previous = Number.NaN;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    counted += Math.abs(code - previous) <= 1 ? 0.25 : 1;
    previous = code;
  }
  return counted * Math.log2(pool);
}

/** Six words of the BIP-39 list from the browser's random source: 66 bits. */
export async function generatePassphrase(): Promise<string> {
  const { wordlist } = await import("@scure/bip39/wordlists/english.js");
  const words = Array.from({ length: GENERATED_WORDS }, () => wordlist[randomInt(wordlist.length)]);
  return words.join(" ");
}
