import type { Tensor } from "../../tape/ir.ts";
import type { PlanBuilder } from "../../tape/planBuilder.ts";

/**
 * Negative log-likelihood of a target at every row; no gradient.
 * @param logits [n, stride]
 * @param targets i32 [n], −1 for none
 * @param out output [n, 2]: nats, and the log-sum-exp of the row
 */
export function nll(
  plan: PlanBuilder,
  logits: Tensor,
  vocab: number,
  targets: Tensor,
  out: Tensor,
): void {
  const [rows, stride] = logits.shape;
  plan.emit({ kind: "nll", attrs: { rows, vocab, stride } }, [logits, targets], [out]);
}
