import type { RowKernels } from "./wasm/rowKernels.ts";

/** Losses on rows of logits. Semantics and layouts in tape/ir.ts. */

const HEADER = 4;
const KIND_TARGET = 0;
const KIND_CHOICE = 1;
const KIND_DISTIL = 2;
/** Keeps log(p_rest) finite when the listed tokens hold all the probability. */
const LEAST_MASS = 1e-38;

/** Logits [rows, stride] and the kernels that work on them. */
export interface Logits {
  kernels: RowKernels;
  z: Float32Array;
  /** Byte address of z. */
  address: number;
  vocab: number;
  stride: number;
}

/** out[r] = (−log p(target) or 0 where target is −1, logsumexp) for rows [from, to). */
export function nll(
  logits: Logits,
  target: Int32Array,
  out: Float32Array,
  from: number,
  to: number,
): void {
  const { kernels, z, address, vocab, stride } = logits;
  for (let r = from; r < to; r++) {
    const at = address + r * stride * 4;
    const max = kernels.rowMax(at, vocab);
    const lse = max + Math.log(kernels.sumExp(at, vocab, max));
    const t = target[r];
    out[2 * r] = t < 0 ? 0 : lse - z[r * stride + t];
    out[2 * r + 1] = lse;
  }
}

/** Everything lossHead needs for one row. */
export interface LossRowView extends Logits {
  /** The i32 and f32 spec. */
  ids: Int32Array;
  values: Float32Array;
  /** Room for `width` numbers. */
  temp: Float64Array;
  width: number;
}

/** Loss of row r, unweighted; the row of z becomes weight · dL/dz. */
export function lossHeadRow(view: LossRowView, r: number): number {
  const { z, ids, vocab, stride, width } = view;
  const spec = r * (width + HEADER);
  const row = r * stride;
  const kind = ids[spec];
  let loss = 0;
  if (kind === KIND_TARGET) loss = targetRow(view, row, spec);
  else if (kind === KIND_CHOICE) loss = choiceRow(view, row, spec);
  else if (kind === KIND_DISTIL) loss = distilRow(view, row, spec);
  else z.fill(0, row, row + stride);
  z.fill(0, row + vocab, row + stride);
  return loss;
}

function targetRow(view: LossRowView, row: number, spec: number): number {
  const { kernels, z, vocab } = view;
  const at = view.address + row * 4;
  const target = row + view.ids[spec + HEADER];
  const weight = view.values[spec];
  const floor = view.values[spec + 1];
  const max = kernels.rowMax(at, vocab);
  const logit = z[target];
  const sum = kernels.expRow(at, at, vocab, max);
  const loss = max + Math.log(sum) - logit;
  if (loss <= floor) {
    z.fill(0, row, row + vocab);
    return loss;
  }
  kernels.scaleRow(at, vocab, weight / sum);
  z[target] = weight * (Math.exp(logit - max) / sum - 1);
  return loss;
}

/** −log softmax over the candidates of z − base, plus the hinge on the raw logits. */
function choiceRow(view: LossRowView, row: number, spec: number): number {
  const { z, ids, values, temp, vocab } = view;
  const count = ids[spec + 1];
  const response = ids[spec + 2];
  const weight = values[spec];
  const floor = values[spec + 1];
  const margin = values[spec + 2];
  const firstId = spec + HEADER;
  let max = Number.NEGATIVE_INFINITY;
  let rival = -1;
  for (let j = 0; j < count; j++) {
    const logit = z[row + ids[firstId + j]];
    temp[j] = logit - values[firstId + j];
    if (temp[j] > max || Number.isNaN(temp[j])) max = temp[j];
    if (j !== response && (rival < 0 || logit > z[row + ids[firstId + rival]])) rival = j;
  }
  let sum = 0;
  for (let j = 0; j < count; j++) sum += Math.exp(temp[j] - max);
  const lse = max + Math.log(sum);
  const likelihoodLoss = lse - temp[response];
  const gap = rival < 0 ? margin : z[row + ids[firstId + response]] - z[row + ids[firstId + rival]];
  const hinge = Math.max(0, margin - gap);
  z.fill(0, row, row + vocab);
  if (likelihoodLoss > floor) {
    for (let j = 0; j < count; j++) z[row + ids[firstId + j]] += weight * Math.exp(temp[j] - lse);
    z[row + ids[firstId + response]] -= weight;
  }
  if (hinge > 0) {
    z[row + ids[firstId + response]] -= weight;
    z[row + ids[firstId + rival]] += weight;
  }
  return likelihoodLoss + hinge;
}

/** KL(base ‖ model) over the listed tokens and one bucket for all others. */
function distilRow(view: LossRowView, row: number, spec: number): number {
  const { kernels, z, ids, values, temp, vocab } = view;
  const count = ids[spec + 1];
  const weight = values[spec];
  const first = spec + HEADER;
  const start = view.address + row * 4;
  const max = kernels.rowMax(start, vocab);
  for (let j = 0; j < count; j++) {
    const at = row + ids[first + j];
    temp[j] = z[at] - max;
    z[at] = Number.NEGATIVE_INFINITY;
  }
  const restMass = kernels.expRow(start, start, vocab, max);
  let total = restMass;
  for (let j = 0; j < count; j++) total += Math.exp(temp[j]);
  const logTotal = Math.log(total);
  let loss = 0;
  let listed = 0;
  for (let j = 0; j < count; j++) {
    const q = values[first + j];
    listed += q;
    if (q > 0) loss += q * (Math.log(q) - (temp[j] - logTotal));
  }
  const qRest = Math.max(0, 1 - listed);
  const guarded = Math.max(restMass, LEAST_MASS);
  if (qRest > 0) loss += qRest * (Math.log(qRest) - (Math.log(guarded) - logTotal));
  const factor = weight * (1 / total - qRest / guarded);
  kernels.scaleRow(start, vocab, factor);
  for (let j = 0; j < count; j++) {
    z[row + ids[first + j]] = weight * (Math.exp(temp[j]) / total - values[first + j]);
  }
  return loss;
}
