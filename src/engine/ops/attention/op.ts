import { invariant } from "@/lib/invariant.ts";
import type { AttentionAttrs, Tensor } from "../../tape/ir.ts";
import type { PlanBuilder } from "../../tape/planBuilder.ts";

export interface AttentionShape {
  batch: number;
  seq: number;
  headCount: number;
  kvHeadCount: number;
  headDim: number;
}

/**
 * Causal attention with grouped queries: head h reads key-value head h · kvHeadCount / headCount.
 * Nothing of the size seq² is kept; the backward pass recomputes the weights from the log-sum-exp
 * (FlashAttention-2, Dao, 2023). R = batch · seq.
 * @param q [R, headCount · headDim]
 * @param k [R, kvHeadCount · headDim]
 * @param v [R, kvHeadCount · headDim]
 * @returns [R, headCount · headDim]
 */
export function attention(
  plan: PlanBuilder,
  q: Tensor,
  k: Tensor,
  v: Tensor,
  shape: AttentionShape,
): Tensor {
  const { batch, seq, headCount, headDim } = shape;
  const attrs: AttentionAttrs = { ...shape, scale: 1 / Math.sqrt(headDim) };
  const out = plan.activation("attention", q.shape);
  const lse = plan.activation("attention lse", [batch * headCount * seq]);
  plan.derive(out, [q, k, v]);
  plan.emit({ kind: "attention", attrs }, [q, k, v], [out, lse]);
  plan.onBackward(out, (dO) => {
    // Frozen projections before a trained one still hand gradients down, so all three go together.
    const dq = fresh(plan, q);
    const dk = fresh(plan, k);
    const dv = fresh(plan, v);
    const delta = plan.activation("attention delta", lse.shape);
    plan.emit({ kind: "attentionGradQ", attrs }, [q, k, v, out, lse, dO], [dq, delta]);
    plan.emit({ kind: "attentionGradKV", attrs }, [q, k, v, lse, dO, delta], [dk, dv]);
  });
  return out;
}

function fresh(plan: PlanBuilder, tensor: Tensor): Tensor {
  const { tensor: grad, accumulate } = plan.gradInto(tensor);
  invariant(!accumulate, "attention alone reads q, k and v");
  return grad;
}
