import type { Architecture, ModelConfig } from "@/engine/types.ts";
import { FormatError } from "../errors.ts";
import { ConfigFields, isRecord, show } from "./configFields.ts";
import { parseRope } from "./rope.ts";

/** Values that transformers' configuration classes assume for keys that are not written. */
const DEFAULTS = {
  llama: { kvHeadCount: undefined, headDim: undefined, maxPositions: 2048 },
  mistral: { kvHeadCount: 8, headDim: undefined, maxPositions: 131_072 },
  qwen2: { kvHeadCount: 32, headDim: undefined, maxPositions: 32_768 },
  qwen3: { kvHeadCount: 32, headDim: 128, maxPositions: 32_768 },
} as const satisfies Record<Architecture, object>;

const DEFAULT_WINDOW = 4096;
const MAX_LAYERS = 10_000;
const MAX_WIDTH = 2 ** 24;
const FULL_ATTENTION_HINT =
  "Signet computes full attention only: use a model without sliding windows.";

/**
 * config.json of a llama, mistral, qwen2 or qwen3 decoder, as written by transformers 4 or 5.
 * @throws FormatError UNSUPPORTED_ARCHITECTURE, UNSUPPORTED_CONFIG or CONFIG_INVALID, naming the
 * field.
 */
export function parseConfig(json: unknown): ModelConfig {
  if (!isRecord(json)) {
    throw new FormatError(
      "CONFIG_INVALID",
      "config.json is not a JSON object.",
      "Take config.json from where the model was published.",
    );
  }
  const fields = new ConfigFields(json);
  const architecture = architectureOf(fields);
  refuseUnsupported(fields, architecture);
  const defaults = DEFAULTS[architecture];
  const hiddenSize = fields.count("hidden_size", MAX_WIDTH);
  const headCount = fields.count("num_attention_heads", MAX_WIDTH);
  const kvDefault = fields.has("num_key_value_heads") ? headCount : defaults.kvHeadCount;
  const kvHeadCount = fields.count("num_key_value_heads", MAX_WIDTH, kvDefault ?? headCount);
  if (headCount % kvHeadCount !== 0) {
    throw fields.invalid(
      "num_key_value_heads",
      `(${kvHeadCount}) does not divide num_attention_heads (${headCount})`,
    );
  }
  const headDim = headDimOf(fields, hiddenSize, headCount, defaults.headDim);
  const maxPositions = fields.count("max_position_embeddings", 2 ** 31, defaults.maxPositions);
  const layerCount = fields.count("num_hidden_layers", MAX_LAYERS);
  refuseWindows(fields, architecture, layerCount, maxPositions);
  const bias =
    architecture !== "mistral" && architecture !== "qwen2" && fields.flag("attention_bias", false);
  return {
    architecture,
    vocabSize: fields.count("vocab_size", MAX_WIDTH),
    hiddenSize,
    layerCount,
    headCount,
    kvHeadCount,
    headDim,
    ffnSize: fields.count("intermediate_size", MAX_WIDTH),
    rmsNormEps: fields.positive("rms_norm_eps", 1e-6),
    ...parseRope(fields, maxPositions),
    tiedEmbeddings: fields.flag("tie_word_embeddings", false),
    qkvBias: architecture === "qwen2" || bias,
    outputBias: bias,
    qkNorm: architecture === "qwen3",
    maxPositions,
  };
}

const BY_CLASS: Readonly<Record<string, Architecture>> = {
  LlamaForCausalLM: "llama",
  MistralForCausalLM: "mistral",
  Qwen2ForCausalLM: "qwen2",
  Qwen3ForCausalLM: "qwen3",
};

function architectureOf(fields: ConfigFields): Architecture {
  const classes = fields.texts("architectures") ?? [];
  const byClass = classes.map((name) => BY_CLASS[name]).find((found) => found !== undefined);
  const type = fields.text("model_type") ?? byClass;
  if (type === undefined) throw fields.invalid("model_type", "is missing");
  if (!isArchitecture(type)) throw unsupportedArchitecture(`model type ${show(type)}`);
  if (classes.length > 0 && byClass !== type) {
    throw unsupportedArchitecture(`${classes.join(", ").slice(0, 80)} of model type ${show(type)}`);
  }
  return type;
}

function isArchitecture(type: string): type is Architecture {
  return Object.hasOwn(DEFAULTS, type);
}

function unsupportedArchitecture(what: string): FormatError {
  return new FormatError(
    "UNSUPPORTED_ARCHITECTURE",
    `config.json: ${what} is not supported.`,
    "Signet runs causal language models of type llama, mistral, qwen2 and qwen3.",
  );
}

function refuseUnsupported(fields: ConfigFields, architecture: Architecture): void {
  if (fields.raw("quantization_config") !== undefined) {
    throw fields.unsupported(
      "quantization_config",
      "says that the weights are quantised",
      "Start from the original weights in F32, F16 or BF16.",
    );
  }
  const act = fields.text("hidden_act") ?? "silu";
  if (act !== "silu" && act !== "swish") {
    throw fields.unsupported("hidden_act", `is ${show(act)}`, "Only silu is supported.");
  }
  if (architecture === "llama" && fields.flag("mlp_bias", false)) {
    throw fields.unsupported(
      "mlp_bias",
      "is true",
      "Only models without MLP biases are supported.",
    );
  }
}

function headDimOf(
  fields: ConfigFields,
  hiddenSize: number,
  headCount: number,
  classDefault: number | undefined,
): number {
  const explicit = fields.raw("head_dim") !== undefined;
  const shared = hiddenSize / headCount;
  const fallback = fields.has("head_dim") ? shared : (classDefault ?? shared);
  if (!explicit && !Number.isInteger(fallback)) {
    throw fields.invalid(
      "hidden_size",
      `(${hiddenSize}) is not a multiple of num_attention_heads (${headCount})`,
    );
  }
  const headDim = fields.count("head_dim", MAX_WIDTH, fallback);
  if (headDim % 2 !== 0) throw fields.invalid("head_dim", `(${headDim}) must be even for RoPE`);
  return headDim;
}

/** Sliding windows are refused unless no position can ever lie outside them. */
function refuseWindows(
  fields: ConfigFields,
  architecture: Architecture,
  layerCount: number,
  maxPositions: number,
): void {
  const types = fields.texts("layer_types");
  if (types && types.length !== layerCount) {
    throw fields.invalid("layer_types", `has ${types.length} entries for ${layerCount} layers`);
  }
  const other = types?.find((type) => type !== "full_attention");
  if (other !== undefined) {
    throw fields.unsupported("layer_types", `contains ${show(other)}`, FULL_ATTENTION_HINT);
  }
  if (architecture === "llama") return;
  const written = fields.has("sliding_window");
  const window =
    fields.raw("sliding_window") === undefined && written
      ? Infinity
      : fields.count("sliding_window", 2 ** 31, DEFAULT_WINDOW);
  const used = architecture === "mistral" || fields.flag("use_sliding_window", false);
  if (!used || window >= maxPositions) return;
  const what = written
    ? `is ${window}, less than max_position_embeddings (${maxPositions})`
    : `is not written, which means ${window}, less than max_position_embeddings (${maxPositions})`;
  throw fields.unsupported("sliding_window", what, FULL_ATTENTION_HINT);
}
