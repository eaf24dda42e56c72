import type { Tensor } from "../../tape/ir.ts";
import type { PlanBuilder } from "../../tape/planBuilder.ts";

/**
 * Token embedding: x[r] = E[tokens[r]].
 * @param table [V, D]
 * @param tokens i32 [R]
 * @param csr i32 rows grouped by token, wanted only when the table is trained
 * @returns [R, D]
 */
export function embed(
  plan: PlanBuilder,
  table: Tensor,
  tokens: Tensor,
  csr: Tensor | undefined,
): Tensor {
  const [vocab, dim] = table.shape;
  const [rows] = tokens.shape;
  const attrs = { rows, dim, vocab };
  const x = plan.activation("embedding", [rows, dim]);
  plan.derive(x, [table]);
  plan.emit({ kind: "embed", attrs }, [table, tokens], [x]);
  plan.onBackward(x, (dx) => {
    if (csr) plan.emit({ kind: "embedGrad", attrs }, [csr, dx], [plan.gradInto(table).tensor]);
  });
  return x;
}
