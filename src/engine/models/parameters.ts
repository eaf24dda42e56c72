import type { ParameterSpec } from "../tape/ir.ts";
import type { FrozenFormat, ModelConfig, TrainableSet } from "../types.ts";

/** Names and shapes of a decoder's weights, as Hugging Face stores them. */
export const EMBEDDING_NAME = "model.embed_tokens.weight";
export const FINAL_NORM_NAME = "model.norm.weight";
export const LM_HEAD_NAME = "lm_head.weight";

/** The linear layers of a block, in the order of its forward pass. */
export const BLOCK_LINEARS = [
  "self_attn.q_proj",
  "self_attn.k_proj",
  "self_attn.v_proj",
  "self_attn.o_proj",
  "mlp.gate_proj",
  "mlp.up_proj",
  "mlp.down_proj",
] as const;
export type BlockLinear = (typeof BLOCK_LINEARS)[number];

export function layerPrefix(layer: number): string {
  return `model.layers.${layer}.`;
}

/** Name of the tensor that holds the logits matrix. */
export function logitsWeightName(config: ModelConfig): string {
  return config.tiedEmbeddings ? EMBEDDING_NAME : LM_HEAD_NAME;
}

/** Vocabulary rounded up to whole vec4: rows of the stored embedding, columns of the logits. */
export function vocabStride(config: ModelConfig): number {
  return roundUp(config.vocabSize, 4);
}

export function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}

function linearShape(config: ModelConfig, linear: BlockLinear): [out: number, in_: number] {
  const { hiddenSize, ffnSize, headCount, kvHeadCount, headDim } = config;
  switch (linear) {
    case "self_attn.q_proj":
      return [headCount * headDim, hiddenSize];
    case "self_attn.k_proj":
    case "self_attn.v_proj":
      return [kvHeadCount * headDim, hiddenSize];
    case "self_attn.o_proj":
      return [hiddenSize, headCount * headDim];
    case "mlp.gate_proj":
    case "mlp.up_proj":
      return [ffnSize, hiddenSize];
    default:
      return [hiddenSize, ffnSize];
  }
}

function hasBias(config: ModelConfig, linear: BlockLinear): boolean {
  if (linear === "self_attn.o_proj") return config.outputBias;
  return linear.startsWith("self_attn.") && config.qkvBias;
}

/** Every tensor of the checkpoint with its shape, in the order of the forward pass. */
export function weightShapes(config: ModelConfig): Map<string, readonly number[]> {
  const { vocabSize, hiddenSize, headDim, layerCount } = config;
  const shapes = new Map<string, readonly number[]>();
  shapes.set(EMBEDDING_NAME, [vocabSize, hiddenSize]);
  for (let layer = 0; layer < layerCount; layer++) {
    const prefix = layerPrefix(layer);
    shapes.set(`${prefix}input_layernorm.weight`, [hiddenSize]);
    shapes.set(`${prefix}post_attention_layernorm.weight`, [hiddenSize]);
    if (config.qkNorm) {
      shapes.set(`${prefix}self_attn.q_norm.weight`, [headDim]);
      shapes.set(`${prefix}self_attn.k_norm.weight`, [headDim]);
    }
    for (const linear of BLOCK_LINEARS) {
      const shape = linearShape(config, linear);
      shapes.set(`${prefix}${linear}.weight`, shape);
      if (hasBias(config, linear)) shapes.set(`${prefix}${linear}.bias`, [shape[0]]);
    }
  }
  shapes.set(FINAL_NORM_NAME, [hiddenSize]);
  if (!config.tiedEmbeddings) shapes.set(LM_HEAD_NAME, [vocabSize, hiddenSize]);
  return shapes;
}

/** Shape in which the store keeps a tensor: vocabulary rows rounded up. */
export function storedShape(name: string, shape: readonly number[]): readonly number[] {
  if (name !== EMBEDDING_NAME && name !== LM_HEAD_NAME) return shape;
  return [roundUp(shape[0], 4), shape[1]];
}

function isTrained(name: string, trainable: TrainableSet): boolean {
  if (trainable.kind === "full") return true;
  if (trainable.kind === "body") return name !== EMBEDDING_NAME && name !== LM_HEAD_NAME;
  if (trainable.kind !== "downProj") return false;
  const layer = /^model\.layers\.(\d+)\.mlp\.down_proj\.weight$/.exec(name)?.[1];
  if (layer === undefined) return false;
  const [first, last] = trainable.layers;
  return Number(layer) >= first && Number(layer) < last;
}

/** Vectors stay exact. */
function frozenFormat(shape: readonly number[], wanted: FrozenFormat): FrozenFormat {
  return shape.length < 2 ? "f32" : wanted;
}

export interface LoraNames {
  /** [rank, in] */
  down: string;
  /** [out, rank] */
  up: string;
}

/** LoRA factors of a linear layer, named as PEFT names them. */
export function loraNames(weightName: string): LoraNames {
  const base = weightName.replace(/\.weight$/, "");
  return { down: `${base}.lora_A.weight`, up: `${base}.lora_B.weight` };
}

/** The rank as stored: whole vec4. The rows and columns added are zero and stay so. */
export function storedRank(rank: number): number {
  return roundUp(rank, 4);
}

/** Hugging Face names of the linear layers of all blocks. */
export function blockLinearNames(config: ModelConfig): string[] {
  return Array.from({ length: config.layerCount }, (_, layer) =>
    BLOCK_LINEARS.map((linear) => `${layerPrefix(layer)}${linear}.weight`),
  ).flat();
}

/** Names of the tensors that training may change, LoRA merged. */
export function trainedWeightNames(config: ModelConfig, trainable: TrainableSet): string[] {
  if (trainable.kind === "lora") return blockLinearNames(config);
  return [...weightShapes(config).keys()].filter((name) => isTrained(name, trainable));
}

/** What the store of a model holds: its weights, and LoRA's factors behind them. */
export function parameterSpecs(
  config: ModelConfig,
  trainable: TrainableSet,
  format: FrozenFormat,
): ParameterSpec[] {
  const shapes = weightShapes(config);
  const specs: ParameterSpec[] = [];
  for (const [name, shape] of shapes) {
    const trained = isTrained(name, trainable);
    specs.push({
      name,
      shape: storedShape(name, shape),
      format: trained ? "f32" : frozenFormat(shape, format),
      trainable: trained,
    });
  }
  if (trainable.kind === "lora") {
    const rank = storedRank(trainable.rank);
    for (const name of blockLinearNames(config)) {
      const [out, in_] = shapes.get(name) ?? [];
      const { down, up } = loraNames(name);
      specs.push({ name: down, shape: [rank, in_], format: "f32", trainable: true });
      specs.push({ name: up, shape: [out, rank], format: "f32", trainable: true });
    }
  }
  return specs;
}
