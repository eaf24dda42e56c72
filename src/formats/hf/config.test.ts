import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { ModelConfig } from "@/engine/types.ts";
import { FormatError } from "../errors.ts";
import { parseConfig } from "./config.ts";

// Made by scripts/oracle/make_format_goldens.py with transformers' AutoConfig.
const goldens: { raw: Record<string, unknown>; config: ModelConfig }[] = JSON.parse(
  readFileSync(new URL("../fixtures/configs.json", import.meta.url), "utf8"),
);

test.each(goldens)("$raw.model_type as transformers reads it (case %#)", ({ raw, config }) => {
  expect(parseConfig(raw)).toEqual(config);
});

const base = {
  architectures: ["LlamaForCausalLM"],
  model_type: "llama",
  vocab_size: 96,
  hidden_size: 64,
  intermediate_size: 96,
  num_hidden_layers: 3,
  num_attention_heads: 4,
};
const mistral = { ...base, architectures: ["MistralForCausalLM"], model_type: "mistral" };
const qwen2 = {
  ...base,
  architectures: ["Qwen2ForCausalLM"],
  model_type: "qwen2",
  num_key_value_heads: 2,
};
const llama3 = { rope_type: "llama3", factor: 8, low_freq_factor: 1, high_freq_factor: 4 };

test("the architecture is known by its class when the type is not written", () => {
  const { model_type: _, ...classOnly } = base;
  expect(parseConfig(classOnly).architecture).toBe("llama");
});

test("settings that change nothing are accepted", () => {
  const harmless = {
    ...base,
    pretraining_tp: 2,
    partial_rotary_factor: 1,
    hidden_act: "swish",
    mlp_bias: null,
    sliding_window: 16,
    layer_types: ["full_attention", "full_attention", "full_attention"],
    rope_parameters: { full_attention: { rope_type: "default", rope_theta: 77 } },
  };
  expect(parseConfig(harmless)).toEqual({ ...parseConfig(base), ropeTheta: 77 });
});

test.each<[string, unknown, string, RegExp]>([
  ["no object", [], "CONFIG_INVALID", /not a JSON object/],
  ["no type", { hidden_size: 4 }, "CONFIG_INVALID", /model_type is missing/],
  ["gpt2", { ...base, model_type: "gpt2" }, "UNSUPPORTED_ARCHITECTURE", /"gpt2"/],
  [
    "a classifier",
    { ...base, architectures: ["LlamaForSequenceClassification"] },
    "UNSUPPORTED_ARCHITECTURE",
    /LlamaForSequenceClassification/,
  ],
  [
    "class and type differ",
    { ...base, architectures: ["Qwen2ForCausalLM"] },
    "UNSUPPORTED_ARCHITECTURE",
    /Qwen2ForCausalLM/,
  ],
  [
    "toString as type",
    { ...base, architectures: null, model_type: "toString" },
    "UNSUPPORTED_ARCHITECTURE",
    /toString/,
  ],
  ["missing size", { ...base, hidden_size: undefined }, "CONFIG_INVALID", /hidden_size is missing/],
  [
    "size as text",
    { ...base, vocab_size: "96" },
    "CONFIG_INVALID",
    /vocab_size must be a whole number of at least 1, not "96"/,
  ],
  ["no layers", { ...base, num_hidden_layers: 0 }, "CONFIG_INVALID", /num_hidden_layers/],
  ["too many layers", { ...base, num_hidden_layers: 1e9 }, "CONFIG_INVALID", /at most 10000/],
  ["fractional width", { ...base, intermediate_size: 1.5 }, "CONFIG_INVALID", /intermediate_size/],
  ["negative epsilon", { ...base, rms_norm_eps: -1e-6 }, "CONFIG_INVALID", /rms_norm_eps/],
  [
    "heads do not divide",
    { ...base, num_attention_heads: 5 },
    "CONFIG_INVALID",
    /hidden_size \(64\) is not a multiple/,
  ],
  [
    "kv heads do not divide",
    { ...base, num_key_value_heads: 3 },
    "CONFIG_INVALID",
    /num_key_value_heads \(3\) does not divide/,
  ],
  ["odd head", { ...base, head_dim: 7 }, "CONFIG_INVALID", /head_dim \(7\) must be even/],
  ["tie as text", { ...base, tie_word_embeddings: "yes" }, "CONFIG_INVALID", /tie_word_embeddings/],
  ["negative theta", { ...base, rope_theta: -1 }, "CONFIG_INVALID", /rope_theta/],
  [
    "rope as text",
    { ...base, rope_scaling: "linear" },
    "CONFIG_INVALID",
    /rope_scaling must be an object/,
  ],
  [
    "llama3 without factor",
    { ...base, rope_scaling: { rope_type: "llama3" } },
    "CONFIG_INVALID",
    /rope_scaling\.factor is missing/,
  ],
  [
    "llama3 factors swapped",
    { ...base, rope_scaling: { ...llama3, low_freq_factor: 5 } },
    "CONFIG_INVALID",
    /high_freq_factor/,
  ],
  [
    "layer types of another depth",
    { ...base, layer_types: ["full_attention"] },
    "CONFIG_INVALID",
    /1 entries for 3 layers/,
  ],
  [
    "linear",
    { ...base, rope_scaling: { type: "linear", factor: 2 } },
    "UNSUPPORTED_CONFIG",
    /rope_scaling asks for the RoPE type "linear"/,
  ],
  [
    "yarn",
    { ...base, rope_parameters: { rope_type: "yarn", factor: 2 } },
    "UNSUPPORTED_CONFIG",
    /rope_parameters asks for the RoPE type "yarn"/,
  ],
  [
    "partial rotation",
    { ...base, rope_parameters: { rope_type: "default", partial_rotary_factor: 0.5 } },
    "UNSUPPORTED_CONFIG",
    /partial_rotary_factor/,
  ],
  ["gelu", { ...base, hidden_act: "gelu" }, "UNSUPPORTED_CONFIG", /hidden_act is "gelu"/],
  ["MLP bias", { ...base, mlp_bias: true }, "UNSUPPORTED_CONFIG", /mlp_bias/],
  [
    "quantised",
    { ...base, quantization_config: { quant_method: "gptq" } },
    "UNSUPPORTED_CONFIG",
    /quantised/,
  ],
  [
    "mistral's window",
    { ...mistral, num_key_value_heads: 2, sliding_window: 64, max_position_embeddings: 128 },
    "UNSUPPORTED_CONFIG",
    /sliding_window is 64, less than max_position_embeddings \(128\)/,
  ],
  [
    "mistral's default window",
    { ...mistral, num_key_value_heads: 2 },
    "UNSUPPORTED_CONFIG",
    /not written, which means 4096/,
  ],
  [
    "mistral's default kv heads",
    { ...mistral, sliding_window: null },
    "CONFIG_INVALID",
    /num_key_value_heads \(8\)/,
  ],
  [
    "qwen2's window",
    { ...qwen2, use_sliding_window: true, sliding_window: 32 },
    "UNSUPPORTED_CONFIG",
    /sliding_window is 32/,
  ],
  [
    "sliding layers",
    { ...qwen2, layer_types: ["full_attention", "sliding_attention", "full_attention"] },
    "UNSUPPORTED_CONFIG",
    /"sliding_attention"/,
  ],
])("%s", (_, json, code, message) => {
  expect(() => parseConfig(json)).toThrow(FormatError);
  expect(() => parseConfig(json)).toThrow(
    expect.objectContaining({ code, message: expect.stringMatching(message) }),
  );
});

test("any value in any field gives a config or a FormatError", () => {
  const keys = [
    ...new Set(goldens.flatMap(({ raw }) => Object.keys(raw))),
    "quantization_config",
    "hidden_act",
    "partial_rotary_factor",
    "original_max_position_embeddings",
  ];
  const value = fc.oneof(
    fc.jsonValue(),
    fc.double(),
    fc.constant({ rope_type: "llama3", factor: 1e308, low_freq_factor: 1, high_freq_factor: 2 }),
  );
  fc.assert(
    fc.property(fc.nat(goldens.length - 1), fc.constantFrom(...keys), value, (at, key, damage) => {
      try {
        const config = parseConfig({ ...goldens[at].raw, [key]: damage });
        expect(config.headCount % config.kvHeadCount).toBe(0);
        expect(config.headDim % 2).toBe(0);
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
      }
    }),
    { numRuns: 2000 },
  );
});
