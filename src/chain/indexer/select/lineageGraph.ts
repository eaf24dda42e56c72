import type { ChainState } from "../state.ts";
import { childrenOf } from "./models.ts";

export interface GraphNode {
  readonly model: bigint;
  /** Steps away from the model that is looked at: ancestors below zero, children 1. */
  readonly level: number;
}

export interface GraphEdge {
  readonly parent: bigint;
  readonly child: bigint;
  /** Millionths of the child's revenue that go up this edge. */
  readonly ppm: bigint;
}

export interface LineageGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** A model with all it descends from and all that was made from it directly. */
export function lineageGraph(state: ChainState, model: bigint): LineageGraph {
  const levels = new Map<bigint, number>([[model, 0]]);
  const edges: GraphEdge[] = [];
  // Parents are older than their children, so that by falling id every child comes before its parents.
  const waiting = new Set([model]);
  while (waiting.size > 0) {
    const child = [...waiting].reduce((newest, id) => (id > newest ? id : newest));
    waiting.delete(child);
    const level = levels.get(child) ?? 0;
    for (const { model: parent, ppm } of state.models.get(child)?.parents ?? []) {
      edges.push({ parent, child, ppm });
      levels.set(parent, Math.min(levels.get(parent) ?? 0, level - 1));
      waiting.add(parent);
    }
  }
  for (const child of childrenOf(state, model)) {
    levels.set(child.id, 1);
    const link = child.parents.find((parent) => parent.model === model);
    edges.push({ parent: model, child: child.id, ppm: link?.ppm ?? 0n });
  }
  return { nodes: [...levels].map(([id, level]) => ({ model: id, level })), edges };
}
