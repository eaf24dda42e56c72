import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createTokenizer } from "./tokenizer.ts";

interface Golden {
  tokenizer: unknown;
  vocabSize: number;
  encoded: { text: string; ids: number[]; withSpecial: number[] }[];
  decoded: { ids: number[]; text: string; withoutSpecial: string }[];
  shown: string[];
}

// Made by scripts/oracle/make_text_goldens.py with the Python tokenizers library.
const NAMES = [
  "gpt2",
  "prefix",
  "llama3",
  "qwen",
  "digits",
  "splits",
  "spm-legacy",
  "spm-first",
  "spm-split",
  "spm-unk",
];

function fixture(name: string): string {
  return readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), "utf8");
}

describe.each(NAMES)("%s", (name) => {
  const golden: Golden = JSON.parse(fixture(name));
  const tokenizer = createTokenizer({ tokenizerJson: golden.tokenizer });

  test("encodes as Python does", () => {
    for (const { text, ids, withSpecial } of golden.encoded) {
      expect(tokenizer.encode(text, { addSpecialTokens: false }), JSON.stringify(text)).toEqual(
        ids,
      );
      expect(tokenizer.encode(text, { addSpecialTokens: true })).toEqual(withSpecial);
    }
  });

  test("decodes as Python does", () => {
    for (const { ids, text, withoutSpecial } of golden.decoded) {
      expect(tokenizer.decode(ids, { skipSpecialTokens: false }), String(ids)).toBe(text);
      expect(tokenizer.decode(ids, { skipSpecialTokens: true }), String(ids)).toBe(withoutSpecial);
    }
  });

  test("shows each token as it stands in the middle of a text", () => {
    expect(tokenizer.vocabSize).toBe(golden.vocabSize);
    const shown = golden.shown.map((_, id) => tokenizer.tokenText(id));
    expect(shown).toEqual(golden.shown);
  });
});
