import { FingerprintError } from "../errors.ts";
import { MAX_PAIRS } from "../manifest.ts";

/** How a bank's keys are made. */
export interface KeySettings {
  /** Pairs wanted, n. */
  count: number;
  /** Candidates per key, k: a power of two. */
  width: number;
  /** Nucleus threshold t in [0, 1). */
  nucleusMass: number;
  /** Share of loud pairs, 0 to 1. */
  loudShare: number;
  /** Send keys as the user turn of the chat template. */
  chat: boolean;
  /** Sampling temperature of the keys, 0.5 to 0.7 for natural text. */
  temperature: number;
  /** Length of a generated key in tokens, first word included. */
  keyTokens: number;
  /** Least entropy of the next token at the answer position. */
  minEntropyBits: number;
  /** Variants with one word changed that are kept with each key. */
  nearMisses: number;
  /** Attempts after which the search is given up; own keys do not count. */
  maxAttempts: number;
  /** Key texts of the user's own, tried before any is generated. */
  ownKeys: readonly string[];
}

const SMALL_VOCABULARY = 2000;

/** Width and nucleus by vocabulary: k = 16 and t = 0.8, or 8 and 0.7 below 2,000 tokens (scheme §2). */
export function defaultKeySettings(
  vocabSize: number,
  hasChatTemplate: boolean,
  wanted: Partial<KeySettings> = {},
): KeySettings {
  const small = vocabSize < SMALL_VOCABULARY;
  const count = wanted.count ?? 32;
  return {
    count,
    width: small ? 8 : 16,
    nucleusMass: small ? 0.7 : 0.8,
    loudShare: 0.5,
    chat: hasChatTemplate,
    temperature: 0.6,
    keyTokens: 16,
    minEntropyBits: 2,
    nearMisses: 2,
    maxAttempts: 200 + 20 * count,
    ownKeys: [],
    ...wanted,
  };
}

/** @throws FingerprintError BAD_SETTINGS naming the setting and its range. */
export function checkKeySettings(settings: KeySettings): void {
  const { count, width, nucleusMass, loudShare, temperature, keyTokens } = settings;
  const require = (holds: boolean, what: string, hint: string) => {
    if (!holds) throw new FingerprintError("BAD_SETTINGS", what, hint);
  };
  require(Number.isInteger(count) &&
    count >= 1 &&
    count <= MAX_PAIRS, `A bank cannot have ${count} pairs.`, `Ask for 1 to ${MAX_PAIRS} pairs.`);
  require(Number.isInteger(Math.log2(width)) &&
    width >= 2 &&
    width <=
      65_536, `The width k = ${width} is not a power of two from 2 to 65,536.`, "Use 16, or 8 for a small vocabulary.");
  require(nucleusMass >= 0 &&
    nucleusMass <
      1, `The nucleus threshold t = ${nucleusMass} is not in [0, 1).`, "Use 0.8, or 0.7 for a small model.");
  require(loudShare >= 0 &&
    loudShare <= 1, "The share of loud pairs is not in [0, 1].", "Use 0.5.");
  require(temperature > 0 && temperature <= 2, "The temperature is not in (0, 2].", "Use 0.6.");
  require(Number.isInteger(keyTokens) &&
    keyTokens >= 8 &&
    keyTokens <= 256, "Keys have 8 to 256 tokens.", "Use 16.");
}
