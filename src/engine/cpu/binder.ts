import { invariant } from "@/lib/invariant.ts";
import { EngineError } from "@/engine/errors.ts";
import type { AttentionAttrs, MatmulAttrs, PlanOp, Tensor } from "@/engine/tape/ir.ts";
import { Attention } from "./attention.ts";
import type { Heap } from "./heap.ts";
import { lossHeadRow, nll } from "./lossOps.ts";
import type { Matmul } from "./matmul.ts";
import type { Operand } from "./operand.ts";
import { unpackBf16, unpackQ8Row } from "./quantise.ts";
import * as rowOps from "./rowOps.ts";
import type { Kernels } from "./wasm/module.ts";

/** An instruction tied to its storage. Parts run in order 0, 1, …; the caller may pause in between. */
export interface BoundOp {
  readonly parts: number;
  run(part: number): void;
}

export interface Machine {
  readonly heap: Heap;
  readonly kernels: Kernels;
  readonly matmul: Matmul;
  /** Address of scratch that lives within one part. */
  scratch(): number;
  locate(tensor: Tensor): Operand;
}

/** Elements handled in one part of an elementwise instruction. */
const PART_ELEMENTS = 1 << 18;

export function elementsOf(tensor: Tensor): number {
  return tensor.shape.reduce((product, size) => product * size, 1);
}

/** Splits `total` rows of `width` elements into parts of about PART_ELEMENTS. */
function split(total: number, width: number, run: (from: number, to: number) => void): BoundOp {
  const each = Math.max(1, Math.floor(PART_ELEMENTS / Math.max(1, width)));
  return {
    parts: Math.ceil(total / each),
    run: (part) => run(part * each, Math.min(total, (part + 1) * each)),
  };
}

const once = (run: () => void): BoundOp => ({ parts: 1, run });

function mismatch(tensor: Tensor, wanted: string): EngineError {
  return new EngineError(
    "WEIGHTS_MISMATCH",
    `${tensor.name} is stored as ${tensor.format}, this step needs ${wanted}.`,
    "Load the model with frozen weights in f32.",
  );
}

/** Ties one instruction to its storage. Views taken here end when the heap grows. */
export function bind(op: PlanOp, machine: Machine): BoundOp {
  const { heap, kernels } = machine;
  const f32 = (tensor: Tensor): Float32Array => {
    const at = machine.locate(tensor);
    if (at.format !== "f32") throw mismatch(tensor, "f32");
    return heap.f32(at.offset, elementsOf(tensor));
  };
  /** Byte address of an f32 tensor. */
  const address = (tensor: Tensor): number => {
    const at = machine.locate(tensor);
    if (at.format !== "f32") throw mismatch(tensor, "f32");
    return at.offset;
  };
  const i32 = (tensor: Tensor): Int32Array =>
    heap.i32(machine.locate(tensor).offset, elementsOf(tensor));
  const { reads, writes } = op;

  switch (op.kind) {
    case "embed": {
      const { rows, dim, vocab } = op.attrs;
      const read = rowReader(heap, machine.locate(reads[0]), dim, vocab);
      const tokens = i32(reads[1]);
      const x = f32(writes[0]);
      return split(rows, dim, (from, to) => rowOps.embed(read, tokens, x, dim, vocab, from, to));
    }
    case "embedGrad": {
      const { dim, vocab } = op.attrs;
      const [csr, dx, dE] = [i32(reads[0]), f32(reads[1]), f32(writes[0])];
      return once(() => rowOps.embedGrad(csr, dx, dE, dim, vocab));
    }
    case "matmul":
      return bindMatmul(op, op.attrs, machine, f32);
    case "biasGrad": {
      const { rows, dim } = op.attrs;
      const [dy, db] = [address(reads[0]), address(writes[0])];
      return split(rows, dim, (from, to) => {
        for (let r = from; r < to; r++) kernels.addTo(dy + r * dim * 4, db, dim);
      });
    }
    case "rmsNorm": {
      const { rows, dim, eps } = op.attrs;
      const [x, g] = [address(reads[0]), address(reads[1])];
      const [y, invRms] = [address(writes[0]), address(writes[1])];
      return split(rows, dim, (from, to) => {
        const skip = from * dim * 4;
        kernels.rmsNorm(x + skip, g, y + skip, invRms + from * 4, dim, eps, to - from);
      });
    }
    case "rmsNormGradX": {
      const { rows, dim, accumulate } = op.attrs;
      const [dy, x, g, invRms] = reads.slice(0, 4).map(address);
      const dx = address(writes[0]);
      const add = accumulate ? 1 : 0;
      return split(rows, dim, (from, to) => {
        const skip = from * dim * 4;
        const inverse = invRms + from * 4;
        kernels.rmsGradX(dy + skip, x + skip, g, inverse, dx + skip, dim, add, to - from);
      });
    }
    case "rmsNormGradG": {
      const { rows, dim } = op.attrs;
      const [dy, x, invRms] = reads.slice(0, 3).map(address);
      const dg = address(writes[0]);
      return split(rows, dim, (from, to) => {
        const skip = from * dim * 4;
        kernels.rmsGradG(dy + skip, x + skip, invRms + from * 4, dg, dim, to - from);
      });
    }
    case "rope": {
      const { rows, heads, headDim, seq, direction } = op.attrs;
      const [x, cosSin] = [f32(writes[0]), f32(reads[1])];
      return split(rows, heads * headDim, (from, to) =>
        rowOps.rope(x, cosSin, heads, headDim, seq, direction, from, to),
      );
    }
    case "attention":
    case "attentionGradQ":
    case "attentionGradKV":
      return bindAttention(op.kind, op.attrs, op, machine);
    case "swiglu": {
      const [gate, up, y] = [address(reads[0]), address(reads[1]), address(writes[0])];
      return split(op.attrs.count, 1, (from, to) =>
        kernels.swiglu(gate + from * 4, up + from * 4, y + from * 4, to - from),
      );
    }
    case "swigluGrad": {
      const [dy, gate, up] = [address(reads[0]), address(writes[0]), address(writes[1])];
      return split(op.attrs.count, 1, (from, to) =>
        kernels.swigluGrad(dy + from * 4, gate + from * 4, up + from * 4, to - from),
      );
    }
    case "gatherRows": {
      const { rowsOut, dim } = op.attrs;
      const [x, index, y] = [f32(reads[0]), i32(reads[1]), f32(writes[0])];
      return split(rowsOut, dim, (from, to) => rowOps.gatherRows(x, index, y, dim, from, to));
    }
    case "add": {
      const [x, y] = [address(reads[0]), address(writes[0])];
      return split(op.attrs.count, 1, (from, to) =>
        kernels.addTo(x + from * 4, y + from * 4, to - from),
      );
    }
    case "nll": {
      const { rows, vocab, stride } = op.attrs;
      const [z, target, out] = [f32(reads[0]), i32(reads[1]), f32(writes[0])];
      const view = { kernels, z, address: address(reads[0]), vocab, stride };
      return split(rows, stride, (from, to) => nll(view, target, out, from, to));
    }
    case "lossHead": {
      const { rows, vocab, stride, width } = op.attrs;
      const specs = reads.slice(1);
      const idsOf = specs.find((tensor) => tensor.format === "i32");
      const valuesOf = specs.find((tensor) => tensor.format === "f32");
      invariant(idsOf && valuesOf, "lossHead has an i32 and an f32 spec");
      const [z, loss] = [f32(writes[0]), f32(writes[1])];
      const temp = new Float64Array(width);
      const logits = { kernels, z, address: address(writes[0]), vocab, stride };
      const view = { ...logits, ids: i32(idsOf), values: f32(valuesOf), temp, width };
      return split(rows, stride, (from, to) => {
        for (let r = from; r < to; r++) loss[r] = lossHeadRow(view, r);
      });
    }
    default:
      throw new Error("invariant: unknown instruction");
  }
}

function rowReader(heap: Heap, at: Operand, dim: number, vocab: number): rowOps.RowReader {
  if (at.format === "f32") {
    const table = heap.f32(at.offset, vocab * dim);
    return (row, out, to) => out.set(table.subarray(row * dim, (row + 1) * dim), to);
  }
  if (at.format === "bf16") {
    const table = heap.u16(at.offset, vocab * dim);
    return (row, out, to) =>
      unpackBf16(table.subarray(row * dim, (row + 1) * dim), out.subarray(to, to + dim));
  }
  const packed = heap.i8(at.offset, vocab * at.strideBytes);
  const scales = heap.f32(at.scaleOffset, (vocab * at.scaleStrideBytes) / 4);
  return (row, out, to) => unpackQ8Row(packed, scales, dim, row, out, to);
}

/** Elements of a stored row: the last dimension of a matrix, else what the product expects. */
function strideOf(tensor: Tensor, expected: number): number {
  const last = tensor.shape.at(-1) ?? expected;
  return tensor.shape.length >= 2 && last >= expected ? last : expected;
}

function bindMatmul(
  op: PlanOp,
  attrs: MatmulAttrs,
  machine: Machine,
  f32: (tensor: Tensor) => Float32Array,
): BoundOp {
  const { M, N, K, transA, transB, alpha, accumulate, hasBias, hasResidual } = attrs;
  const { matmul } = machine;
  const [a, b] = op.reads;
  const [c] = op.writes;
  const bias = hasBias ? f32(op.reads[2]) : null;
  const residual = hasResidual ? f32(op.reads[hasBias ? 3 : 2]) : null;
  const stride = strideOf(c, N);
  const out = f32(c);
  const operand = (tensor: Tensor, expected: number): Operand => {
    const at = machine.locate(tensor);
    if (at.format !== "f32") return at;
    return { ...at, strideBytes: strideOf(tensor, expected) * 4 };
  };
  const call = {
    M,
    N,
    K,
    transA,
    transB,
    alpha,
    accumulate: accumulate || hasBias || hasResidual,
    a: operand(a, transA ? M : K),
    b: operand(b, transB ? K : N),
    c: machine.locate(c).offset,
    strideC: stride * 4,
  };
  const parts = matmul.parts(M, N, K);
  return {
    parts,
    run: (part) => {
      if (part === 0 && (hasBias || hasResidual)) {
        rowOps.initialiseProduct(out, bias, residual, accumulate, N, stride, 0, M);
      }
      matmul.runPart(call, part);
    },
  };
}

function bindAttention(
  kind: "attention" | "attentionGradQ" | "attentionGradKV",
  attrs: AttentionAttrs,
  op: PlanOp,
  machine: Machine,
): BoundOp {
  const read = (index: number): number => machine.locate(op.reads[index]).offset;
  const written = (index: number): number => machine.locate(op.writes[index]).offset;
  const none = { q: 0, k: 0, v: 0, o: 0, lse: 0, dO: 0, delta: 0, dq: 0, dk: 0, dv: 0 };
  const qkv = { q: read(0), k: read(1), v: read(2) };
  const make = (rest: Partial<typeof none>): Attention =>
    new Attention(
      machine.heap,
      machine.kernels,
      machine.matmul,
      attrs,
      { ...none, ...qkv, ...rest },
      () => machine.scratch(),
    );
  if (kind === "attention") {
    const attention = make({ o: written(0), lse: written(1) });
    return { parts: attrs.batch * attrs.headCount, run: (part) => attention.forward(part) };
  }
  if (kind === "attentionGradQ") {
    const attention = make({
      o: read(3),
      lse: read(4),
      dO: read(5),
      dq: written(0),
      delta: written(1),
    });
    return { parts: attrs.batch * attrs.headCount, run: (part) => attention.gradQ(part) };
  }
  const attention = make({
    lse: read(3),
    dO: read(4),
    delta: read(5),
    dk: written(0),
    dv: written(1),
  });
  return { parts: attrs.batch * attrs.kvHeadCount, run: (part) => attention.gradKV(part) };
}
