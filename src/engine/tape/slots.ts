import type { Plan, PlanOp, Tensor } from "./ir.ts";

/** First and last instruction that touches an activation, both inclusive. */
export interface Life {
  tensor: Tensor;
  first: number;
  last: number;
}

/** Lives of all activations, in the order of their first use. */
export function livesOf(ops: readonly PlanOp[]): Life[] {
  const lives = new Map<Tensor, Life>();
  ops.forEach((op, index) => {
    for (const tensor of [...op.writes, ...op.reads]) {
      if (tensor.role !== "activation") continue;
      const life = lives.get(tensor);
      if (life) life.last = index;
      else lives.set(tensor, { tensor, first: index, last: index });
    }
  });
  return [...lives.values()];
}

/** Number of elements of a shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Bytes of an f32 or i32 tensor. */
export function tensorBytes(tensor: Tensor): number {
  return elementCount(tensor.shape) * 4;
}

const FIT_LIMIT = 2;

/**
 * Gives every activation a slot of the pool for as long as it lives: the smallest free slot that is at
 * most twice too big, else the largest free one that is at least half as big (it grows), else a new one.
 */
export function assignSlots(ops: readonly PlanOp[]): Pick<Plan, "slotOf" | "slotBytes"> {
  const lives = livesOf(ops);
  const endingAt = new Map<number, Tensor[]>();
  for (const life of lives) {
    const ending = endingAt.get(life.last);
    if (ending) ending.push(life.tensor);
    else endingAt.set(life.last, [life.tensor]);
  }
  const slotOf = new Map<number, number>();
  const slotBytes: number[] = [];
  const free = new Set<number>();
  let next = 0;
  for (let index = 0; index < ops.length; index++) {
    for (; next < lives.length && lives[next].first === index; next++) {
      const { tensor } = lives[next];
      const bytes = tensorBytes(tensor);
      let slot = pickSlot(free, slotBytes, bytes);
      if (slot === undefined) slot = slotBytes.push(bytes) - 1;
      else slotBytes[slot] = Math.max(slotBytes[slot], bytes);
      free.delete(slot);
      slotOf.set(tensor.id, slot);
    }
    for (const tensor of endingAt.get(index) ?? []) {
      const slot = slotOf.get(tensor.id);
      if (slot !== undefined) free.add(slot);
    }
  }
  return { slotOf, slotBytes };
}

function pickSlot(
  free: ReadonlySet<number>,
  slotBytes: readonly number[],
  bytes: number,
): number | undefined {
  let fitting: number | undefined;
  let growing: number | undefined;
  for (const slot of free) {
    const size = slotBytes[slot];
    if (size >= bytes) {
      if (size > bytes * FIT_LIMIT) continue;
      if (fitting === undefined || size < slotBytes[fitting]) fitting = slot;
    } else if (size * FIT_LIMIT >= bytes) {
      if (growing === undefined || size > slotBytes[growing]) growing = slot;
    }
  }
  return fitting ?? growing;
}
