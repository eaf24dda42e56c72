import type { Tensor } from "../../tape/ir.ts";
import type { PlanBuilder } from "../../tape/planBuilder.ts";

export interface LinearOptions {
  /** [N], added to every row. */
  bias?: Tensor | undefined;
  /** [R, N], added to the result; takes over its gradient, so no other gradient may reach it before. */
  residual?: Tensor | undefined;
  /** Factor of the product (not of bias and residual). */
  alpha?: number;
  /** An output [R, N] to write instead of a new activation. */
  result?: Tensor | undefined;
}

/**
 * y = alpha · x Wᵀ (+ bias) (+ residual).
 * dx = alpha · dy W, dW += alpha · dyᵀ x, db += Σ_rows dy, dresidual = dy.
 * @param x [R, K] or anything with R·K elements
 * @param weight [N, K] in any storage format; a frozen one gets no gradient
 * @returns [R, N]
 */
export function linear(
  plan: PlanBuilder,
  x: Tensor,
  weight: Tensor,
  { bias, residual, alpha = 1, result }: LinearOptions = {},
): Tensor {
  const [N, K] = weight.shape;
  const [R] = x.shape;
  const y = result ?? plan.activation(`${weight.name} x`, [R, N]);
  plan.derive(y, [x, weight, bias, residual]);
  const reads = [x, weight, ...(bias ? [bias] : []), ...(residual ? [residual] : [])];
  const forward = { M: R, N, K, transA: false, transB: true, alpha, accumulate: false };
  const extras = { hasBias: bias !== undefined, hasResidual: residual !== undefined };
  plan.emit({ kind: "matmul", attrs: { ...forward, ...extras } }, reads, [y]);

  const plain = { hasBias: false, hasResidual: false, alpha };
  plan.onBackward(y, (dy) => {
    if (plan.needsGrad(x)) {
      const { tensor: dx, accumulate } = plan.gradInto(x);
      const attrs = { M: R, N: K, K: N, transA: false, transB: false, accumulate, ...plain };
      plan.emit({ kind: "matmul", attrs }, [dy, weight], [dx]);
    }
    if (plan.needsGrad(weight)) {
      const { tensor: dW, accumulate } = plan.gradInto(weight);
      const attrs = { M: N, N: K, K: R, transA: true, transB: false, accumulate, ...plain };
      plan.emit({ kind: "matmul", attrs }, [dy, x], [dW]);
    }
    if (bias && plan.needsGrad(bias)) {
      const { tensor: db } = plan.gradInto(bias);
      plan.emit({ kind: "biasGrad", attrs: { rows: R, dim: N } }, [dy], [db]);
    }
    if (residual && plan.needsGrad(residual)) plan.setGrad(residual, dy);
  });
  return y;
}

export interface LoraFactors {
  /** [rank, K] */
  down: Tensor;
  /** [N, rank] */
  up: Tensor;
  /** alpha / rank */
  scale: number;
}

/**
 * Low-rank adaptation (Hu et al., 2021): y = W x (+ bias) (+ residual) + scale · up (down x).
 * @returns [R, N]
 */
export function linearWithLora(
  plan: PlanBuilder,
  x: Tensor,
  weight: Tensor,
  { down, up, scale }: LoraFactors,
  options: Pick<LinearOptions, "bias" | "residual">,
): Tensor {
  const narrow = linear(plan, x, down);
  const base = linear(plan, x, weight, options);
  return linear(plan, narrow, up, { residual: base, alpha: scale });
}
