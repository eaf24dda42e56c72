import type { ModelConfig } from "@/engine/types.ts";
import { FormatError } from "../errors.ts";
import { quote } from "../safetensors/header.ts";

/** Names and shapes of the weights that a config asks for, in Hugging Face terms. */
export function expectedTensors(config: ModelConfig): Map<string, readonly number[]> {
  const { hiddenSize, ffnSize, vocabSize, headDim } = config;
  const queries = config.headCount * headDim;
  const keys = config.kvHeadCount * headDim;
  const shapes = new Map<string, readonly number[]>();
  shapes.set("model.embed_tokens.weight", [vocabSize, hiddenSize]);
  for (let layer = 0; layer < config.layerCount; layer++) {
    const set = (name: string, ...shape: number[]) =>
      shapes.set(`model.layers.${layer}.${name}`, shape);
    set("input_layernorm.weight", hiddenSize);
    set("self_attn.q_proj.weight", queries, hiddenSize);
    set("self_attn.k_proj.weight", keys, hiddenSize);
    set("self_attn.v_proj.weight", keys, hiddenSize);
    set("self_attn.o_proj.weight", hiddenSize, queries);
    if (config.qkvBias) {
      set("self_attn.q_proj.bias", queries);
      set("self_attn.k_proj.bias", keys);
      set("self_attn.v_proj.bias", keys);
    }
    if (config.outputBias) set("self_attn.o_proj.bias", hiddenSize);
    if (config.qkNorm) {
      set("self_attn.q_norm.weight", headDim);
      set("self_attn.k_norm.weight", headDim);
    }
    set("post_attention_layernorm.weight", hiddenSize);
    set("mlp.gate_proj.weight", ffnSize, hiddenSize);
    set("mlp.up_proj.weight", ffnSize, hiddenSize);
    set("mlp.down_proj.weight", hiddenSize, ffnSize);
  }
  shapes.set("model.norm.weight", [hiddenSize]);
  if (!config.tiedEmbeddings) shapes.set("lm_head.weight", [vocabSize, hiddenSize]);
  return shapes;
}

/**
 * Compares a config with the tensors that are there. Tensors outside the decoder's layers that the
 * config does not ask for are allowed and carried along, as are RoPE buffers of old checkpoints.
 * @throws FormatError TENSOR_MISSING, TENSOR_SHAPE or TENSOR_UNEXPECTED.
 */
export function compareTensors(
  config: ModelConfig,
  tensors: readonly { name: string; shape: readonly number[] }[],
): void {
  const expected = expectedTensors(config);
  const found = new Map(tensors.map((tensor) => [tensor.name, tensor.shape]));
  for (const [name, wanted] of expected) {
    const shape = found.get(name);
    if (!shape) throw missing(name, wanted);
    if (!sameShape(shape, wanted)) throw wrongShape(name, wanted, shape);
  }
  const head = found.get("lm_head.weight");
  if (head && !sameShape(head, [config.vocabSize, config.hiddenSize])) {
    throw wrongShape("lm_head.weight", [config.vocabSize, config.hiddenSize], head);
  }
  for (const { name } of tensors) {
    if (!name.startsWith("model.layers.") || expected.has(name)) continue;
    if (name.endsWith(".rotary_emb.inv_freq")) continue;
    throw new FormatError(
      "TENSOR_UNEXPECTED",
      `The weights hold ${quote(name)}, which config.json (${config.architecture}, ${config.layerCount} layers) has no place for.`,
      "Use the config.json that belongs to these weights.",
    );
  }
}

function missing(name: string, wanted: readonly number[]): FormatError {
  return new FormatError(
    "TENSOR_MISSING",
    `The weights lack ${quote(name)}: wanted [${wanted.join(", ")}], found nothing.`,
    name === "lm_head.weight"
      ? "If the model shares its embedding with the output, config.json must say tie_word_embeddings: true."
      : "Use the config.json that belongs to these weights, or download the folder again.",
  );
}

function wrongShape(
  name: string,
  wanted: readonly number[],
  found: readonly number[],
): FormatError {
  return new FormatError(
    "TENSOR_SHAPE",
    `config.json and weights disagree on ${quote(name)}: wanted [${wanted.join(", ")}], found [${found.join(", ")}].`,
    "Use the config.json that belongs to these weights.",
  );
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i]);
}
