import type { Tensor } from "../../tape/ir.ts";
import type { PlanBuilder } from "../../tape/planBuilder.ts";

/**
 * Rotary position embedding (Su et al., 2021) in place; the gradient is rotated back in place.
 * @param x [R, heads · headDim], overwritten: only an op whose gradient needs not its result may make it
 * @param cosSin [seq, headDim / 2, 2]
 */
export function rope(plan: PlanBuilder, x: Tensor, cosSin: Tensor): void {
  const [seq, half] = cosSin.shape;
  const [rows, width] = x.shape;
  const headDim = half * 2;
  const shape = { rows, heads: width / headDim, headDim, seq };
  plan.emit({ kind: "rope", attrs: { ...shape, direction: 1 } }, [x, cosSin], [x]);
  plan.onBackward(x, (dx) => {
    plan.emit({ kind: "rope", attrs: { ...shape, direction: -1 } }, [dx, cosSin], [dx]);
  });
}
