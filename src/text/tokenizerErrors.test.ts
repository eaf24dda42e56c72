import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesSource } from "@/formats/byteSource.ts";
import { utf8 } from "@/lib/bytes.ts";
import { TextError } from "./errors.ts";
import type { TextErrorCode } from "./errors.ts";
import { openTokenizer } from "./openTokenizer.ts";
import { createTokenizer } from "./tokenizer.ts";

interface Json extends Record<string, unknown> {
  model: { merges: [string, string][] } & Record<string, unknown>;
}

function load(name: string): Json {
  const url = new URL(`fixtures/${name}.json`, import.meta.url);
  const fixture: { tokenizer: Json } = JSON.parse(readFileSync(url, "utf8"));
  return fixture.tokenizer;
}

const base = load("gpt2");
const minimal: Json = {
  model: { type: "BPE", vocab: { a: 0, b: 1, ab: 2 }, merges: [["a", "b"]] },
};

function codeOf(make: () => unknown): TextErrorCode | "none" {
  try {
    make();
    return "none";
  } catch (error) {
    if (error instanceof TextError) return error.code;
    throw error;
  }
}

test.each<[string, unknown, TextErrorCode | "none"]>([
  ["not an object", [], "TOKENIZER_INVALID"],
  ["no model", {}, "TOKENIZER_INVALID"],
  ["WordPiece", { model: { type: "WordPiece", vocab: {} } }, "TOKENIZER_UNSUPPORTED"],
  ["Unigram", { model: { type: "Unigram", vocab: [["a", 0]] } }, "TOKENIZER_UNSUPPORTED"],
  ["Unigram without type", { model: { vocab: [["a", 0]] } }, "TOKENIZER_UNSUPPORTED"],
  ["empty vocabulary", { model: { ...minimal.model, vocab: {} } }, "TOKENIZER_INVALID"],
  ["id twice", { model: { ...minimal.model, vocab: { a: 0, b: 0 } } }, "TOKENIZER_INVALID"],
  ["bad id", { model: { ...minimal.model, vocab: { a: -1 } } }, "TOKENIZER_INVALID"],
  ["unknown merge", { model: { ...minimal.model, merges: ["a c"] } }, "TOKENIZER_INVALID"],
  ["merge of three", { model: { ...minimal.model, merges: ["a b c"] } }, "TOKENIZER_INVALID"],
  ["unknown unk", { model: { ...minimal.model, unk_token: "<unk>" } }, "TOKENIZER_INVALID"],
  ["dropout", { model: { ...minimal.model, dropout: 0.1 } }, "TOKENIZER_UNSUPPORTED"],
  ["suffix", { model: { ...minimal.model, end_of_word_suffix: "</w>" } }, "TOKENIZER_UNSUPPORTED"],
  ["normalizer", { ...minimal, normalizer: { type: "BertNormalizer" } }, "TOKENIZER_UNSUPPORTED"],
  ["pre-tokenizer", { ...minimal, pre_tokenizer: { type: "X" } }, "TOKENIZER_UNSUPPORTED"],
  ["decoder", { ...minimal, decoder: { type: "CTC" } }, "TOKENIZER_UNSUPPORTED"],
  ["post-processor", { ...minimal, post_processor: { type: "X" } }, "TOKENIZER_UNSUPPORTED"],
  [
    "broken pattern",
    { ...minimal, pre_tokenizer: { type: "Split", pattern: { Regex: "(" }, behavior: "Isolated" } },
    "TOKENIZER_INVALID",
  ],
  ["added token without id", { ...minimal, added_tokens: [{ content: "x" }] }, "TOKENIZER_INVALID"],
  ["sound", minimal, "none"],
])("%s", (_, tokenizerJson, code) => {
  expect(codeOf(() => createTokenizer({ tokenizerJson }))).toBe(code);
});

test("WordPiece is named in the message", () => {
  expect(() => createTokenizer({ tokenizerJson: { model: { type: "WordPiece" } } })).toThrow(
    /WordPiece/,
  );
});

describe("hash", () => {
  const hashOf = (tokenizerJson: unknown, tokenizerConfig: unknown = null) =>
    createTokenizer({ tokenizerJson, tokenizerConfig }).hash;

  test("does not depend on how the file is written", () => {
    const pairs = base.model.merges;
    const reversed = Object.fromEntries(Object.entries(base).toReversed());
    const rewritten = {
      ...reversed,
      version: "2.0",
      truncation: null,
      model: { ...base.model, merges: pairs.map((pair) => pair.join(" ")) },
    };
    expect(hashOf(rewritten)).toBe(hashOf(base));
    expect(hashOf(base)).toMatch(/^[0-9a-f]{64}$/);
  });

  test("depends on ids, merges, rules and special tokens", () => {
    const { merges } = base.model;
    const variants = [
      { ...base, model: { ...base.model, merges: merges.toReversed() } },
      { ...base, model: { ...base.model, ignore_merges: true } },
      { ...base, normalizer: { type: "NFC" } },
      { ...base, added_tokens: [] },
    ];
    const hashes = new Set([base, ...variants].map((variant) => hashOf(variant)));
    hashes.add(hashOf(base, { bos_token: "<bos>" }));
    expect(hashes.size).toBe(6);
  });

  test("differs between the fixtures, which share no tokenizer", () => {
    const names = ["gpt2", "llama3", "qwen", "digits", "spm-legacy", "spm-first"];
    expect(new Set(names.map((name) => hashOf(load(name)))).size).toBe(names.length);
  });
});

describe("openTokenizer", () => {
  const source = (name: string, value: unknown) =>
    bytesSource(name, utf8(typeof value === "string" ? value : JSON.stringify(value)));
  const files = {
    tokenizerJson: source("tokenizer.json", base),
    tokenizerConfig: null,
    chatTemplateJinja: null,
    chatTemplateJson: null,
    others: [],
  };
  const folder = (tokenizerFiles: object, vocabSize = 421) => ({
    tokenizerFiles: { ...files, ...tokenizerFiles },
    generationConfig: { eosIds: [3], bosId: null },
    config: {
      architecture: "llama" as const,
      vocabSize,
      hiddenSize: 8,
      layerCount: 1,
      headCount: 1,
      kvHeadCount: 1,
      headDim: 8,
      ffnSize: 8,
      rmsNormEps: 1e-6,
      ropeTheta: 1e4,
      ropeScaling: null,
      tiedEmbeddings: true,
      qkvBias: false,
      outputBias: false,
      qkNorm: false,
      maxPositions: 64,
    },
  });

  test("reads the files and takes the template from where it lies", async () => {
    const config = source("tokenizer_config.json", { chat_template: "config" });
    const wrapped = source("chat_template.json", { chat_template: "json" });
    const plain = source("chat_template.jinja", "jinja");
    const render = async (tokenizerFiles: object) => {
      const tokenizer = await openTokenizer(folder(tokenizerFiles));
      expect(tokenizer.hasChatTemplate).toBe(true);
      return tokenizer.renderChat([], { addGenerationPrompt: false });
    };
    expect(await render({ tokenizerConfig: config })).toBe("config");
    expect(await render({ tokenizerConfig: config, chatTemplateJson: wrapped })).toBe("json");
    expect(
      await render({
        tokenizerConfig: config,
        chatTemplateJson: wrapped,
        chatTemplateJinja: plain,
      }),
    ).toBe("jinja");
  });

  test("without a template, chat is refused", async () => {
    const tokenizer = await openTokenizer(folder({}));
    expect(tokenizer.templateHash).toBeNull();
    expect(tokenizer.eosIds).toEqual([3]);
    expect(codeOf(() => tokenizer.encodeChat([], { addGenerationPrompt: true }))).toBe(
      "TEMPLATE_MISSING",
    );
  });

  test.each<[string, object, number, string]>([
    ["missing", { tokenizerJson: null }, 421, "TOKENIZER_MISSING"],
    [
      "SentencePiece only",
      { tokenizerJson: null, others: ["tokenizer.model"] },
      421,
      "TOKENIZER_UNSUPPORTED",
    ],
    ["one id too many", {}, 420, "TOKENIZER_MISMATCH"],
    ["not JSON", { tokenizerJson: source("tokenizer.json", "{") }, 421, "JSON_INVALID"],
    [
      "Git LFS pointer",
      { tokenizerJson: source("tokenizer.json", "version https://git-lfs.github.com/spec/v1\n") },
      421,
      "UNSUPPORTED_FORMAT",
    ],
  ])("%s", async (_, tokenizerFiles, vocabSize, code) => {
    await expect(openTokenizer(folder(tokenizerFiles, vocabSize))).rejects.toMatchObject({ code });
  });
});

describe("properties", () => {
  const tokenizer = createTokenizer({ tokenizerJson: base });
  const spm = createTokenizer({ tokenizerJson: load("spm-legacy") });

  test("byte-level BPE gives any text back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        const ids = tokenizer.encode(text, { addSpecialTokens: false });
        expect(tokenizer.decode(ids, { skipSpecialTokens: false })).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  test("a lone surrogate counts as U+FFFD", () => {
    expect(tokenizer.encode("a\uD800b", { addSpecialTokens: false })).toEqual(
      tokenizer.encode("a\uFFFDb", { addSpecialTokens: false }),
    );
  });

  test("byte fallback gives any plain text back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), (text) => {
        fc.pre(!/[▁<]|NORM/.test(text));
        const ids = spm.encode(text, { addSpecialTokens: false });
        expect(spm.decode(ids, { skipSpecialTokens: false })).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  test("a damaged tokenizer.json gives a TextError or a tokenizer, nothing else", () => {
    const keys = fc.constantFrom(
      "model",
      "normalizer",
      "pre_tokenizer",
      "post_processor",
      "decoder",
      "added_tokens",
    );
    const parts = fc.constantFrom(
      "type",
      "vocab",
      "merges",
      "unk_token",
      "pretokenizers",
      "decoders",
    );
    fc.assert(
      fc.property(keys, parts, fc.jsonValue(), fc.boolean(), (key, part, value, deep) => {
        const whole = load("spm-first");
        const inner = whole[key];
        const damaged = deep && typeof inner === "object" ? { ...inner, [part]: value } : value;
        const code = codeOf(() => {
          createTokenizer({ tokenizerJson: { ...whole, [key]: damaged } }).encode("a b", {
            addSpecialTokens: true,
          });
        });
        expect(typeof code).toBe("string");
      }),
      { numRuns: 200 },
    );
  });
});
