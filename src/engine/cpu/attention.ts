import type { AttentionAttrs } from "@/engine/tape/ir.ts";
import type { Heap } from "./heap.ts";
import type { Matmul } from "./matmul.ts";
import { f32Operand } from "./operand.ts";
import type { AttentionKernels } from "./wasm/attentionKernels.ts";

/** Query rows handled at a time; keys after the last of them are never touched. */
const QUERY_BLOCK = 64;

/** Byte addresses of the tensors, as in the instruction table. */
export interface AttentionAddresses {
  q: number;
  k: number;
  v: number;
  o: number;
  lse: number;
  dO: number;
  delta: number;
  dq: number;
  dk: number;
  dv: number;
}

/** Bytes of scratch that one part of any of the three instructions needs. */
export function attentionScratchBytes(attrs: AttentionAttrs): number {
  return 2 * Math.min(QUERY_BLOCK, attrs.seq) * attrs.seq * 4;
}

interface QueryBlock {
  i0: number;
  rows: number;
  keys: number;
}

function* queryBlocks(seq: number): Generator<QueryBlock> {
  for (let i0 = 0; i0 < seq; i0 += QUERY_BLOCK) {
    const rows = Math.min(QUERY_BLOCK, seq - i0);
    yield { i0, rows, keys: i0 + rows };
  }
}

/**
 * Causal grouped-query attention in blocks of query rows: scores by matrix product into scratch,
 * softmax, second product. The backward passes recompute the probabilities from `lse`, as
 * FlashAttention does (Dao et al., 2022, algorithm 4).
 */
export class Attention {
  private readonly heap: Heap;
  private readonly kernels: AttentionKernels;
  private readonly matmul: Matmul;
  private readonly attrs: AttentionAttrs;
  private readonly at: AttentionAddresses;
  private readonly scratch: () => number;

  constructor(
    heap: Heap,
    kernels: AttentionKernels,
    matmul: Matmul,
    attrs: AttentionAttrs,
    at: AttentionAddresses,
    scratch: () => number,
  ) {
    this.heap = heap;
    this.kernels = kernels;
    this.matmul = matmul;
    this.attrs = attrs;
    this.at = at;
    this.scratch = scratch;
  }

  /** Head `part` of batch·headCount. */
  forward(part: number): void {
    const { seq, headDim, scale } = this.attrs;
    const head = this.head(part);
    const lse = this.heap.f32(this.at.lse + part * seq * 4, seq);
    const scores = this.scratch();
    for (const { i0, rows, keys } of queryBlocks(seq)) {
      this.scores(head.q + i0 * this.qStride, head.k, rows, keys, scale, scores);
      const max = scores + rows * keys * 4;
      this.kernels.softmaxRows(scores, rows, keys, i0, max, this.at.lse + (part * seq + i0) * 4);
      const maxima = this.heap.f32(max, rows);
      for (let r = 0; r < rows; r++) lse[i0 + r] = maxima[r] + Math.log(lse[i0 + r]);
      this.matmul.run({
        M: rows,
        N: headDim,
        K: keys,
        transA: false,
        transB: false,
        alpha: 1,
        accumulate: false,
        a: f32Operand(scores, keys),
        b: f32Operand(head.v, this.kvStride / 4),
        c: head.o + i0 * this.qStride,
        strideC: this.qStride,
      });
    }
  }

  /** Head `part` of batch·headCount; writes delta as well. */
  gradQ(part: number): void {
    const { seq, headDim } = this.attrs;
    const head = this.head(part);
    this.delta(part, head.o, head.dO);
    for (const { i0, rows, keys } of queryBlocks(seq)) {
      this.scoreGradients(part, i0, rows, keys);
      this.matmul.run({
        M: rows,
        N: headDim,
        K: keys,
        transA: false,
        transB: false,
        alpha: 1,
        accumulate: false,
        a: f32Operand(this.scratch() + rows * keys * 4, keys),
        b: f32Operand(head.k, this.kvStride / 4),
        c: head.dq + i0 * this.qStride,
        strideC: this.qStride,
      });
    }
  }

  /** Key-value head `part` of batch·kvHeadCount, summed over its query heads. */
  gradKV(part: number): void {
    const { seq, headCount, kvHeadCount, headDim } = this.attrs;
    const group = headCount / kvHeadCount;
    const batch = Math.floor(part / kvHeadCount);
    const first = batch * headCount + (part % kvHeadCount) * group;
    const { dk, dv } = this.head(first);
    this.clear(dk);
    this.clear(dv);
    for (let h = first; h < first + group; h++) {
      const head = this.head(h);
      for (const { i0, rows, keys } of queryBlocks(seq)) {
        this.scoreGradients(h, i0, rows, keys);
        const shape = { M: keys, N: headDim, K: rows, transA: true, transB: false };
        const into = { alpha: 1, accumulate: true, strideC: this.kvStride };
        const p = this.scratch();
        this.matmul.run({
          ...shape,
          ...into,
          a: f32Operand(p, keys),
          b: f32Operand(head.dO + i0 * this.qStride, this.qStride / 4),
          c: dv,
        });
        this.matmul.run({
          ...shape,
          ...into,
          a: f32Operand(p + rows * keys * 4, keys),
          b: f32Operand(head.q + i0 * this.qStride, this.qStride / 4),
          c: dk,
        });
      }
    }
  }

  private get qStride(): number {
    return this.attrs.headCount * this.attrs.headDim * 4;
  }

  private get kvStride(): number {
    return this.attrs.kvHeadCount * this.attrs.headDim * 4;
  }

  /** Addresses of the first row of query head `part` and of its key-value head. */
  private head(part: number): AttentionAddresses {
    const { seq, headCount, kvHeadCount, headDim } = this.attrs;
    const batch = Math.floor(part / headCount);
    const h = part % headCount;
    const group = headCount / kvHeadCount;
    const onQ = batch * seq * this.qStride + h * headDim * 4;
    const onKv = batch * seq * this.kvStride + Math.floor(h / group) * headDim * 4;
    const { at } = this;
    return {
      q: at.q + onQ,
      k: at.k + onKv,
      v: at.v + onKv,
      o: at.o + onQ,
      lse: at.lse,
      dO: at.dO + onQ,
      delta: at.delta,
      dq: at.dq + onQ,
      dk: at.dk + onKv,
      dv: at.dv + onKv,
    };
  }

  /** into[rows, keys] = alpha · x[rows, hd] · y[keys, hd]ᵀ; x has query stride, y key stride. */
  private scores(
    x: number,
    y: number,
    rows: number,
    keys: number,
    alpha: number,
    into: number,
  ): void {
    this.matmul.run({
      M: rows,
      N: keys,
      K: this.attrs.headDim,
      transA: false,
      transB: true,
      alpha,
      accumulate: false,
      a: f32Operand(x, this.qStride / 4),
      b: f32Operand(y, this.kvStride / 4),
      c: into,
      strideC: keys * 4,
    });
  }

  /** Scratch becomes P [rows, keys] and dS [rows, keys], both zero above the diagonal. */
  private scoreGradients(part: number, i0: number, rows: number, keys: number): void {
    const { seq, scale } = this.attrs;
    const head = this.head(part);
    const p = this.scratch();
    const ds = p + rows * keys * 4;
    this.scores(head.q + i0 * this.qStride, head.k, rows, keys, scale, p);
    this.scores(head.dO + i0 * this.qStride, head.v, rows, keys, 1, ds);
    const skip = (part * seq + i0) * 4;
    const [lse, delta] = [this.at.lse + skip, this.at.delta + skip];
    this.kernels.scoreGradRows(p, ds, rows, keys, i0, lse, delta, scale);
  }

  private delta(part: number, o: number, dO: number): void {
    const { seq, headCount, headDim } = this.attrs;
    const stride = headCount * headDim;
    const length = (seq - 1) * stride + headDim;
    const ov = this.heap.f32(o, length);
    const dv = this.heap.f32(dO, length);
    const delta = this.heap.f32(this.at.delta + part * seq * 4, seq);
    for (let i = 0; i < seq; i++) {
      let sum = 0;
      for (let e = i * stride; e < i * stride + headDim; e++) sum += ov[e] * dv[e];
      delta[i] = sum;
    }
  }

  private clear(address: number): void {
    const { seq, headDim } = this.attrs;
    const stride = this.kvStride / 4;
    const view = this.heap.f32(address, (seq - 1) * stride + headDim);
    for (let i = 0; i < seq; i++) view.fill(0, i * stride, i * stride + headDim);
  }
}
