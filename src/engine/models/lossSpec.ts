import { invariant } from "@/lib/invariant.ts";
import { LOSS_SPEC_HEADER } from "../ops/lossHead/op.ts";
import type { LossRow } from "../types.ts";

/** Ids per row that a batch needs, rounded up to a power of two so that few plans exist. */
export function lossWidth(rows: readonly LossRow[]): number {
  const most = rows.reduce((width, row) => Math.max(width, idsOf(row).length), 1);
  return 2 ** Math.ceil(Math.log2(most));
}

function idsOf(row: LossRow): readonly number[] {
  if (row.kind === "target") return [row.target];
  return row.kind === "choice" ? row.candidates : row.ids;
}

/** @throws when ids lie outside the vocabulary or lists differ in length: a bug of the caller. */
export function checkLossRows(rows: readonly LossRow[], vocabSize: number): void {
  rows.forEach((row, index) => {
    const ids = idsOf(row);
    const inside = ids.every((id) => Number.isInteger(id) && id >= 0 && id < vocabSize);
    invariant(inside, `ids of loss row ${index} are in the vocabulary`);
    invariant(Number.isFinite(row.weight), `weight of loss row ${index} is a number`);
    if (row.kind === "choice") {
      invariant(
        row.baseLogProbs.length === ids.length,
        `loss row ${index} has a base for every id`,
      );
      invariant(
        row.response >= 0 && row.response < ids.length,
        `loss row ${index} has its response`,
      );
    }
    if (row.kind === "distil") {
      invariant(
        row.probs.length === ids.length,
        `loss row ${index} has a probability for every id`,
      );
    }
  });
}

/** The two specification tensors of lossHead, [count, width + 4] each (layout in ir.ts). */
export function encodeLossRows(
  rows: readonly LossRow[],
  count: number,
  width: number,
): { ints: Int32Array; floats: Float32Array } {
  const stride = width + LOSS_SPEC_HEADER;
  const ints = new Int32Array(count * stride);
  const floats = new Float32Array(count * stride);
  for (let i = 0; i < count; i++) {
    const at = i * stride;
    const row = rows[i];
    if (row === undefined) {
      ints[at] = -1;
      continue;
    }
    const ids = idsOf(row);
    ints[at + 1] = ids.length;
    ints.set(ids, at + LOSS_SPEC_HEADER);
    floats[at] = row.weight;
    if (row.kind === "target") {
      floats[at + 1] = row.floor;
    } else if (row.kind === "choice") {
      ints[at] = 1;
      ints[at + 2] = row.response;
      floats[at + 1] = row.floor;
      floats[at + 2] = row.margin;
      floats.set(row.baseLogProbs, at + LOSS_SPEC_HEADER);
    } else {
      ints[at] = 2;
      floats.set(row.probs, at + LOSS_SPEC_HEADER);
    }
  }
  return { ints, floats };
}
