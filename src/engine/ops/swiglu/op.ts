import { elementCount } from "../../tape/slots.ts";
import type { Tensor } from "../../tape/ir.ts";
import type { PlanBuilder } from "../../tape/planBuilder.ts";

/**
 * SwiGLU (Shazeer, 2020): y = silu(gate) · up. The backward pass turns gate and up into their gradients.
 * @param gate [R, F]
 * @param up [R, F]
 * @returns [R, F]
 */
export function swiglu(plan: PlanBuilder, gate: Tensor, up: Tensor): Tensor {
  const attrs = { count: elementCount(gate.shape) };
  const y = plan.activation("swiglu", gate.shape);
  plan.derive(y, [gate, up]);
  plan.emit({ kind: "swiglu", attrs }, [gate, up], [y]);
  plan.onBackward(y, (dy) => {
    plan.emit({ kind: "swigluGrad", attrs }, [dy, gate, up], [gate, up]);
    plan.setGrad(gate, gate);
    plan.setGrad(up, up);
  });
  return y;
}
