import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createNormalizer } from "./normalizer.ts";
import { createPreTokenizer } from "./preTokenizer.ts";

// Made by scripts/oracle/make_text_goldens.py with the Python tokenizers library.
const golden: {
  texts: string[];
  pre: { config: unknown; pieces: string[][] }[];
  norm: { config: unknown; texts: string[] }[];
} = JSON.parse(readFileSync(new URL("fixtures/steps.json", import.meta.url), "utf8"));

test.each(golden.pre)("$config", ({ config, pieces }) => {
  const preTokenize = createPreTokenizer(config);
  golden.texts.forEach((text, i) => {
    const found = preTokenize([{ text, first: true }]).map((section) => section.text);
    // Empty input gives an empty piece or none; either way no token.
    expect(
      found.filter((piece) => piece !== ""),
      JSON.stringify(text),
    ).toEqual(pieces[i].filter((piece) => piece !== ""));
  });
});

test.each(golden.norm)("$config", ({ config, texts }) => {
  const normalize = createNormalizer(config);
  golden.texts.forEach((text, i) => {
    expect(normalize(text), JSON.stringify(text)).toBe(texts[i]);
  });
});
