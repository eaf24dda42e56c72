import type { Tensor } from "../../tape/ir.ts";
import type { PlanBuilder } from "../../tape/planBuilder.ts";

/** Elements before the ids in each row of the spec tensors (layout in ir.ts). */
export const LOSS_SPEC_HEADER = 4;

export interface LossSpecTensors {
  /** i32 [n, width + 4] */
  ints: Tensor;
  /** f32 [n, width + 4] */
  floats: Tensor;
}

/**
 * Losses of rows of logits; the logits become the gradient of Σ weight · loss.
 * @param logits [n, stride]
 * @param loss output [n], unweighted
 */
export function lossHead(
  plan: PlanBuilder,
  logits: Tensor,
  vocab: number,
  spec: LossSpecTensors,
  loss: Tensor,
): void {
  const [rows, stride] = logits.shape;
  const width = spec.ints.shape[1] - LOSS_SPEC_HEADER;
  plan.emit(
    { kind: "lossHead", attrs: { rows, vocab, stride, width } },
    [logits, spec.ints, spec.floats],
    [logits, loss],
  );
  plan.setGrad(logits, logits);
}
