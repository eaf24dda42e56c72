import { invariant } from "@/lib/invariant.ts";
import type { RowAddress } from "../types.ts";

export interface BatchLimits {
  /** Longest micro-batch, sequences × padded length. One sequence may be longer. */
  tokens: number;
  /** Most rows in a micro-batch; sequences with more are run several times. */
  rows: number;
}

/** Sequences that run together, padded on the right to one length. */
export interface MicroBatch {
  /** Sequences, rounded up. */
  batch: number;
  /** Padded length in tokens. */
  seq: number;
  /** Gathered rows, rounded up. */
  rows: number;
  /** [batch · seq], −1 where padded. */
  tokens: Int32Array;
  /** Row of the micro-batch for each gathered row, in order; shorter than `rows`. */
  gather: Int32Array;
  /** Index in the caller's rows of each gathered row. */
  rowIds: Int32Array;
}

interface Item {
  tokens: readonly number[];
  /** Up to the last row asked for: a causal model needs nothing behind it. */
  length: number;
  rowIds: readonly number[];
}

/** Rounds up to an eighth of the power of two below, so that few sizes, and few plans, exist. */
export function roundUpCoarse(value: number, smallest: number): number {
  const quantum = Math.max(smallest, 2 ** (Math.floor(Math.log2(Math.max(value, 1))) - 3));
  return Math.ceil(value / quantum) * quantum;
}

function paddedLength(length: number): number {
  return roundUpCoarse(length, 8);
}

/** Shortest padded length, as a share of the longest, that still joins its micro-batch. */
const LENGTH_SPREAD = 0.75;

/**
 * Splits sequences into micro-batches of like lengths and even sizes. Sequences without rows are left
 * out. The result depends on the lengths and rows alone.
 */
export function planMicroBatches(
  sequences: readonly (readonly number[])[],
  rows: readonly RowAddress[],
  limits: BatchLimits,
): MicroBatch[] {
  const items = collectItems(sequences, rows, limits.rows);
  items.sort((a, b) => b.length - a.length);
  const batches: MicroBatch[] = [];
  for (let start = 0; start < items.length;) {
    const seq = paddedLength(items[start].length);
    let end = start + 1;
    while (end < items.length && paddedLength(items[end].length) >= seq * LENGTH_SPREAD) end++;
    batches.push(...splitRun(items.slice(start, end), seq, limits, rows));
    start = end;
  }
  return batches;
}

function collectItems(
  sequences: readonly (readonly number[])[],
  rows: readonly RowAddress[],
  maxRows: number,
): Item[] {
  const rowIdsOf = new Map<number, number[]>();
  rows.forEach(({ sequence, position }, id) => {
    const tokens = sequences[sequence];
    invariant(tokens && position >= 0 && position < tokens.length, `row ${id} is in the batch`);
    const ids = rowIdsOf.get(sequence);
    if (ids) ids.push(id);
    else rowIdsOf.set(sequence, [id]);
  });
  const items: Item[] = [];
  for (const [sequence, ids] of [...rowIdsOf].sort(([a], [b]) => a - b)) {
    for (let start = 0; start < ids.length; start += maxRows) {
      const rowIds = ids.slice(start, start + maxRows);
      const length = 1 + rowIds.reduce((last, id) => Math.max(last, rows[id].position), 0);
      items.push({ tokens: sequences[sequence], length, rowIds });
    }
  }
  return items;
}

function splitRun(
  run: readonly Item[],
  seq: number,
  limits: BatchLimits,
  rows: readonly RowAddress[],
): MicroBatch[] {
  const most = Math.max(1, Math.floor(limits.tokens / seq));
  const count = Math.ceil(run.length / most);
  const even = Math.ceil(run.length / count);
  const size = Math.min(most, roundUpCoarse(even, 1));
  const groups: Item[][] = [];
  let rowCount = 0;
  for (const item of run) {
    const group = groups.at(-1);
    const fits = rowCount + item.rowIds.length <= limits.rows;
    if (group && group.length < size && fits) {
      group.push(item);
      rowCount += item.rowIds.length;
    } else {
      groups.push([item]);
      rowCount = item.rowIds.length;
    }
  }
  // One shape for the whole run, so that one plan does.
  const rowCounts = groups.map((group) => group.reduce((sum, item) => sum + item.rowIds.length, 0));
  const shape = { batch: size, seq, rows: roundUpCoarse(Math.max(...rowCounts), 4) };
  return groups.map((members) => layOut(members, shape, rows));
}

function layOut(
  members: readonly Item[],
  shape: { batch: number; seq: number; rows: number },
  rows: readonly RowAddress[],
): MicroBatch {
  const tokens = new Int32Array(shape.batch * shape.seq).fill(-1);
  const rowIds: number[] = [];
  const gather: number[] = [];
  members.forEach((item, member) => {
    const start = member * shape.seq;
    for (let t = 0; t < item.length; t++) tokens[start + t] = item.tokens[t];
    for (const id of item.rowIds) {
      rowIds.push(id);
      gather.push(start + rows[id].position);
    }
  });
  return { ...shape, tokens, gather: Int32Array.from(gather), rowIds: Int32Array.from(rowIds) };
}
