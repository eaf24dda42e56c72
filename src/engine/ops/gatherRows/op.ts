import type { Tensor } from "../../tape/ir.ts";
import type { PlanBuilder } from "../../tape/planBuilder.ts";

/**
 * y[i] = x[index[i]], or zero where the index is −1. The gradient is scattered back by a sum over rows
 * with the same index, so a row may be gathered more than once.
 * @param x [R, D]
 * @param index i32 [n]
 * @param csr i32 the gathered rows grouped by index, wanted only when x needs a gradient
 * @returns [n, D]
 */
export function gatherRows(
  plan: PlanBuilder,
  x: Tensor,
  index: Tensor,
  csr: Tensor | undefined,
): Tensor {
  const [rowsIn, dim] = x.shape;
  const [rowsOut] = index.shape;
  const y = plan.activation("gathered", [rowsOut, dim]);
  plan.derive(y, [x]);
  plan.emit({ kind: "gatherRows", attrs: { rowsIn, rowsOut, dim } }, [x, index], [y]);
  plan.onBackward(y, (dy) => {
    if (!csr) return;
    const { tensor: dx, accumulate } = plan.gradInto(x);
    if (!accumulate) fillZero(plan, dy, dx);
    const attrs = { rows: rowsOut, dim, vocab: rowsIn };
    plan.emit({ kind: "embedGrad", attrs }, [csr, dy], [dx]);
  });
  return y;
}

/** Gathering nothing leaves zeros. */
function fillZero(plan: PlanBuilder, source: Tensor, target: Tensor): void {
  const [rowsIn] = source.shape;
  const [rowsOut, dim] = target.shape;
  const none = plan.constant("no rows", [rowsOut], new Int32Array(rowsOut).fill(-1));
  plan.emit({ kind: "gatherRows", attrs: { rowsIn, rowsOut, dim } }, [source, none], [target]);
}
