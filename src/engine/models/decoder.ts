import { attention } from "../ops/attention/op.ts";
import { embed } from "../ops/embed/op.ts";
import { linear, linearWithLora } from "../ops/linear/op.ts";
import { rmsNorm } from "../ops/rmsNorm/op.ts";
import { rope } from "../ops/rope/op.ts";
import { swiglu } from "../ops/swiglu/op.ts";
import type { Tensor } from "../tape/ir.ts";
import type { PlanBuilder } from "../tape/planBuilder.ts";
import type { ModelConfig } from "../types.ts";
import {
  EMBEDDING_NAME,
  FINAL_NORM_NAME,
  layerPrefix,
  logitsWeightName,
  loraNames,
  type BlockLinear,
} from "./parameters.ts";
import { ropeTable } from "./ropeTable.ts";

export interface DecoderShape {
  batch: number;
  /** Tokens per sequence, padded. */
  seq: number;
  /** Recompute each layer in the backward pass. */
  checkpoint: boolean;
  /** alpha / rank of the LoRA factors, where the parameters have any. */
  loraScale: number;
}

export interface DecoderInputs {
  /** i32 [batch · seq] */
  tokens: Tensor;
  /** Rows grouped by token; only when the embedding is trained. */
  tokensCsr: Tensor | undefined;
}

/** The residual stream, and the attention of a last block whose other half is still to come. */
export interface DecoderState {
  /** [rows, hidden] */
  residual: Tensor;
  /** [rows, heads · headDim] */
  mixed: Tensor;
}

/**
 * The blocks of a Llama-family decoder up to and with the attention of the last one: llama, mistral,
 * qwen2 (biases) and qwen3 (q and k norm) differ only in which parameters exist. What follows treats
 * every position by itself, so the caller may go on with the rows it wants alone.
 */
export function decoderBody(
  plan: PlanBuilder,
  config: ModelConfig,
  shape: DecoderShape,
  { tokens, tokensCsr }: DecoderInputs,
): DecoderState {
  const { layerCount, headDim } = config;
  const table = ropeTable(config, shape.seq);
  const cosSin = plan.constant("cos sin", [shape.seq, headDim / 2, 2], table);
  const keep = (input: Tensor, part: (input: Tensor) => Tensor) =>
    shape.checkpoint ? plan.checkpoint(input, part) : part(input);
  const mix = (layer: number) => (input: Tensor) =>
    blockAttention(plan, config, shape, layer, cosSin, input);

  let x = embed(plan, plan.weight(EMBEDDING_NAME), tokens, tokensCsr);
  for (let layer = 0; layer + 1 < layerCount; layer++) {
    x = keep(x, (input) => {
      const state = { residual: input, mixed: mix(layer)(input) };
      return blockOutput(plan, config, layer, shape.loraScale, state);
    });
  }
  return { residual: x, mixed: keep(x, mix(layerCount - 1)) };
}

/** Norm, projections, RoPE and attention of a block. */
function blockAttention(
  plan: PlanBuilder,
  config: ModelConfig,
  shape: DecoderShape,
  layer: number,
  cosSin: Tensor,
  x: Tensor,
): Tensor {
  const { headCount, kvHeadCount, headDim, rmsNormEps } = config;
  const prefix = layerPrefix(layer);
  const norm = (input: Tensor, name: string) =>
    rmsNorm(plan, input, plan.weight(`${prefix}${name}.weight`), rmsNormEps);
  const project = (input: Tensor, name: BlockLinear) =>
    projection(plan, `${prefix}${name}`, input, undefined, shape.loraScale);

  const h = norm(x, "input_layernorm");
  let q = project(h, "self_attn.q_proj");
  let k = project(h, "self_attn.k_proj");
  const v = project(h, "self_attn.v_proj");
  if (config.qkNorm) {
    q = norm(q, "self_attn.q_norm");
    k = norm(k, "self_attn.k_norm");
  }
  rope(plan, q, cosSin);
  rope(plan, k, cosSin);
  const { batch, seq } = shape;
  return attention(plan, q, k, v, { batch, seq, headCount, kvHeadCount, headDim });
}

/**
 * The half of a block behind its attention: output projection, norm and feed-forward net.
 * @returns the residual stream, [rows, hidden]
 */
function blockOutput(
  plan: PlanBuilder,
  config: ModelConfig,
  layer: number,
  loraScale: number,
  { residual, mixed }: DecoderState,
): Tensor {
  const prefix = layerPrefix(layer);
  const project = (input: Tensor, name: BlockLinear, sum?: Tensor) =>
    projection(plan, `${prefix}${name}`, input, sum, loraScale);
  const middle = project(mixed, "self_attn.o_proj", residual);
  const gain = plan.weight(`${prefix}post_attention_layernorm.weight`);
  const g = rmsNorm(plan, middle, gain, config.rmsNormEps);
  const gated = swiglu(plan, project(g, "mlp.gate_proj"), project(g, "mlp.up_proj"));
  return project(gated, "mlp.down_proj", middle);
}

/** The rest of the last block. @returns the residual stream before the final norm, [rows, hidden] */
export function decoderTail(
  plan: PlanBuilder,
  config: ModelConfig,
  loraScale: number,
  state: DecoderState,
): Tensor {
  return blockOutput(plan, config, config.layerCount - 1, loraScale, state);
}

/** A linear layer with its bias and LoRA factors, where the parameters have them. */
function projection(
  plan: PlanBuilder,
  name: string,
  x: Tensor,
  residual: Tensor | undefined,
  loraScale: number,
): Tensor {
  const weight = plan.weight(`${name}.weight`);
  const bias = plan.hasParameter(`${name}.bias`) ? plan.weight(`${name}.bias`) : undefined;
  const lora = loraNames(weight.name);
  if (!plan.hasParameter(lora.down)) return linear(plan, x, weight, { bias, residual });
  const factors = { down: plan.weight(lora.down), up: plan.weight(lora.up), scale: loraScale };
  return linearWithLora(plan, x, weight, factors, { bias, residual });
}

/**
 * Final norm and logits.
 * @param x [n, hidden] rows of the residual stream
 * @param result an output to write, otherwise a new activation
 * @returns [n, vocabulary stride]
 */
export function decoderHead(
  plan: PlanBuilder,
  config: ModelConfig,
  x: Tensor,
  result?: Tensor,
): Tensor {
  const h = rmsNorm(plan, x, plan.weight(FINAL_NORM_NAME), config.rmsNormEps);
  return linear(plan, h, plan.weight(logitsWeightName(config)), { result });
}
