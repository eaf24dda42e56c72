import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createTokenizer } from "./tokenizer.ts";

interface Amended {
  tokenizer: unknown;
  config: unknown;
  vocabSize: number;
  bosId: number;
  eosId: number;
  specialIds: number[];
  cases: { text: string; ids: number[]; decoded: string; withoutSpecial: string }[];
}

// Made by scripts/oracle/make_text_goldens.py with transformers' AutoTokenizer.
const golden: Amended = JSON.parse(
  readFileSync(new URL("fixtures/amended.json", import.meta.url), "utf8"),
);
const tokenizer = createTokenizer({
  tokenizerJson: golden.tokenizer,
  tokenizerConfig: golden.config,
  eosIds: [7, golden.eosId],
});

test("tokens of tokenizer_config.json are added as transformers adds them", () => {
  expect(tokenizer.vocabSize).toBe(golden.vocabSize);
  expect(tokenizer.bosId).toBe(golden.bosId);
  expect([...tokenizer.specialIds].sort((a, b) => a - b)).toEqual(golden.specialIds);
  for (const { text, ids, decoded, withoutSpecial } of golden.cases) {
    expect(tokenizer.encode(text, { addSpecialTokens: true })).toEqual(ids);
    expect(tokenizer.decode(ids, { skipSpecialTokens: false })).toBe(decoded);
    expect(tokenizer.decode(ids, { skipSpecialTokens: true })).toBe(withoutSpecial);
  }
});

test("end-of-sequence ids come from the tokenizer and from the generation config", () => {
  expect(tokenizer.eosIds).toEqual([golden.eosId, 7]);
});

test("special tokens that are listed twice are there once", () => {
  const doubled = createTokenizer({
    tokenizerJson: golden.tokenizer,
    tokenizerConfig: { bos_token: "<s>", eos_token: "<s>", additional_special_tokens: ["<s>"] },
  });
  expect(doubled.specialIds.size).toBe(1);
  expect(doubled.eosIds).toEqual([doubled.bosId]);
});
