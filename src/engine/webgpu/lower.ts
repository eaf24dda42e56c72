import type { PlanOp, Tensor } from "../tape/ir.ts";
import { lowerAdd } from "../ops/add/gpu.ts";
import { lowerAttention, lowerAttentionGradKV, lowerAttentionGradQ } from "../ops/attention/gpu.ts";
import { lowerBiasGrad } from "../ops/biasGrad/gpu.ts";
import { lowerEmbed, lowerEmbedGrad } from "../ops/embed/gpu.ts";
import { lowerGatherRows } from "../ops/gatherRows/gpu.ts";
import { lowerLossHead } from "../ops/lossHead/gpu.ts";
import { lowerMatmul } from "../ops/matmul/gpu.ts";
import { lowerNll } from "../ops/nll/gpu.ts";
import { lowerRmsNorm, lowerRmsNormGradG, lowerRmsNormGradX } from "../ops/rmsNorm/gpu.ts";
import { lowerRope } from "../ops/rope/gpu.ts";
import { lowerSwiglu, lowerSwigluGrad } from "../ops/swiglu/gpu.ts";
import type { KernelLaunch, LowerContext } from "./launch.ts";

/** The kernel of one instruction. */
export function lower(op: PlanOp, context: LowerContext): KernelLaunch<Tensor> {
  switch (op.kind) {
    case "embed":
      return lowerEmbed(op, context);
    case "embedGrad":
      return lowerEmbedGrad(op, context);
    case "matmul":
      return lowerMatmul(op, context);
    case "biasGrad":
      return lowerBiasGrad(op, context);
    case "rmsNorm":
      return lowerRmsNorm(op, context);
    case "rmsNormGradX":
      return lowerRmsNormGradX(op, context);
    case "rmsNormGradG":
      return lowerRmsNormGradG(op, context);
    case "rope":
      return lowerRope(op, context);
    case "attention":
      return lowerAttention(op, context);
    case "attentionGradQ":
      return lowerAttentionGradQ(op, context);
    case "attentionGradKV":
      return lowerAttentionGradKV(op, context);
    case "swiglu":
      return lowerSwiglu(op, context);
    case "swigluGrad":
      return lowerSwigluGrad(op, context);
    case "gatherRows":
      return lowerGatherRows(op, context);
    case "add":
      return lowerAdd(op, context);
    case "nll":
      return lowerNll(op, context);
    case "lossHead":
      return lowerLossHead(op, context);
    default:
      throw new Error(`no kernel for ${JSON.stringify(op satisfies never)}`);
  }
}
