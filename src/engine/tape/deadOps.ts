import type { PlanOp, Tensor } from "./ir.ts";

/** Roles whose contents somebody sees after the run. */
function isVisible(tensor: Tensor): boolean {
  return tensor.role === "grad" || tensor.role === "output";
}

/**
 * Drops instructions whose results nobody reads, such as the last projection of a block that is
 * recomputed for its gradients only. A tensor stays needed up to its first write, since later ones may
 * add to it.
 */
export function removeDeadOps(ops: readonly PlanOp[]): PlanOp[] {
  const needed = new Set<Tensor>();
  const kept: PlanOp[] = [];
  for (let i = ops.length - 1; i >= 0; i--) {
    const op = ops[i];
    if (!op.writes.some((tensor) => isVisible(tensor) || needed.has(tensor))) continue;
    kept.push(op);
    for (const tensor of [...op.reads, ...op.writes]) needed.add(tensor);
  }
  return kept.toReversed();
}
