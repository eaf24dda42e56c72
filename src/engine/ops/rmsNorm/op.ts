import type { Tensor } from "../../tape/ir.ts";
import type { PlanBuilder } from "../../tape/planBuilder.ts";
import { elementCount } from "../../tape/slots.ts";

/**
 * RMSNorm (Zhang and Sennrich, 2019): y = x · g / sqrt(mean(x²) + eps) over rows of the length of g.
 * With g of a head's length it normalises every head of q or k by itself (Qwen 3).
 * @param x rows · dim elements, in any shape
 * @param gain [dim]
 * @returns the shape of x
 */
export function rmsNorm(plan: PlanBuilder, x: Tensor, gain: Tensor, eps: number): Tensor {
  const [dim] = gain.shape;
  const rows = elementCount(x.shape) / dim;
  const y = plan.activation(`${gain.name} y`, x.shape);
  const invRms = plan.activation(`${gain.name} 1/rms`, [rows]);
  plan.derive(y, [x, gain]);
  plan.emit({ kind: "rmsNorm", attrs: { rows, dim, eps } }, [x, gain], [y, invRms]);
  plan.onBackward(y, (dy) => {
    if (plan.needsGrad(gain)) {
      const { tensor: dg } = plan.gradInto(gain);
      plan.emit({ kind: "rmsNormGradG", attrs: { rows, dim } }, [dy, x, invRms], [dg]);
    }
    if (plan.needsGrad(x)) {
      const { tensor: dx, accumulate } = plan.gradInto(x);
      const attrs = { rows, dim, accumulate };
      plan.emit({ kind: "rmsNormGradX", attrs }, [dy, x, gain, invRms], [dx]);
    }
  });
  return y;
}
