import { gatherRows } from "../ops/gatherRows/op.ts";
import { LOSS_SPEC_HEADER, lossHead, type LossSpecTensors } from "../ops/lossHead/op.ts";
import { nll } from "../ops/nll/op.ts";
import { csrLength } from "../tape/csr.ts";
import type { ParameterSpec, Plan, Tensor } from "../tape/ir.ts";
import { PlanBuilder } from "../tape/planBuilder.ts";
import type { ModelConfig } from "../types.ts";
import {
  decoderBody,
  decoderHead,
  decoderTail,
  type DecoderInputs,
  type DecoderState,
} from "./decoder.ts";
import { EMBEDDING_NAME, vocabStride } from "./parameters.ts";

export type ProgramMode = "train" | "logits" | "nll";

/** Everything a plan is specialised for besides the model. */
export interface ProgramShape {
  mode: ProgramMode;
  batch: number;
  seq: number;
  /** Gathered rows, a multiple of `chunkRows` or less than it. */
  rows: number;
  /** Rows of logits that exist at a time. */
  chunkRows: number;
  /** Ids per row of the loss specification; 0 unless training. */
  width: number;
  checkpoint: boolean;
}

export interface ProgramModel {
  config: ModelConfig;
  specs: readonly ParameterSpec[];
  loraScale: number;
}

/** Rows whose logits are computed together. */
export interface ProgramChunk {
  /** Gathered rows [first, first + count). */
  first: number;
  count: number;
  /** i32 [count], −1 for none */
  index: Tensor;
  /** Only when training: the index grouped by row. */
  indexCsr: Tensor | undefined;
  /** Only when training. */
  spec: LossSpecTensors | undefined;
  /** Only for nll: i32 [count]. */
  targets: Tensor | undefined;
  /** Loss [count], logits [count, stride] or nll [count, 2]. */
  result: Tensor;
}

export interface Program {
  shape: ProgramShape;
  plan: Plan;
  inputs: DecoderInputs;
  chunks: readonly ProgramChunk[];
}

/** Runs the tape once for this shape. The result holds no device memory. */
export function buildProgram(model: ProgramModel, shape: ProgramShape): Program {
  const { config, specs, loraScale } = model;
  const { batch, seq, checkpoint } = shape;
  const training = shape.mode === "train";
  const plan = new PlanBuilder(specs, training);
  const rows = batch * seq;
  const trainsEmbedding = training && plan.needsGrad(plan.weight(EMBEDDING_NAME));
  const inputs: DecoderInputs = {
    tokens: plan.input("tokens", [rows], "i32"),
    tokensCsr: trainsEmbedding ? plan.input("tokens csr", [csrLength(rows)], "i32") : undefined,
  };
  const decoder = { batch, seq, checkpoint: checkpoint && training, loraScale };
  const body = decoderBody(plan, config, decoder, inputs);
  const tail = (state: DecoderState) => decoderTail(plan, config, loraScale, state);
  // Few rows: the rest of the last block is done for them alone. Many: once for all positions.
  const late = shape.rows <= shape.chunkRows && shape.rows * 2 <= rows;
  const finishBlock = (mixed: Tensor) => tail({ residual: body.residual, mixed });
  const finishAll = () =>
    decoder.checkpoint ? plan.checkpoint(body.mixed, finishBlock) : finishBlock(body.mixed);
  const whole = late ? undefined : finishAll();
  const sources = whole ? [whole] : [body.residual, body.mixed];
  const gather: Gather = {
    needsGrad: sources.some((source) => plan.needsGrad(source)),
    rows(index, csr) {
      const [first, second] = sources.map((source) => gatherRows(plan, source, index, csr));
      return second ? tail({ residual: first, mixed: second }) : first;
    },
  };
  const chunks: ProgramChunk[] = [];
  for (let first = 0; first < shape.rows; first += shape.chunkRows) {
    const count = Math.min(shape.chunkRows, shape.rows - first);
    // The loss of a chunk depends on no other chunk, so its gradient is taken at once and its logits go.
    chunks.push(plan.scoped(() => emitChunk(plan, config, shape, gather, first, count)));
  }
  if (training) plan.backward();
  return { shape, plan: plan.finish(), inputs, chunks };
}

interface Gather {
  /** Whether gradients go back to the rows gathered from. */
  needsGrad: boolean;
  /** Rows of the residual stream before the final norm, [n, hidden]. */
  rows(index: Tensor, csr: Tensor | undefined): Tensor;
}

function emitChunk(
  plan: PlanBuilder,
  config: ModelConfig,
  { mode, width }: ProgramShape,
  gather: Gather,
  first: number,
  count: number,
): ProgramChunk {
  const index = plan.input("rows", [count], "i32");
  const scatters = gather.needsGrad;
  const indexCsr = scatters ? plan.input("rows csr", [csrLength(count)], "i32") : undefined;
  const gathered = gather.rows(index, indexCsr);
  const chunk = { first, count, index, indexCsr, spec: undefined, targets: undefined };
  if (mode === "logits") {
    const result = plan.output("logits", [count, vocabStride(config)]);
    decoderHead(plan, config, gathered, result);
    return { ...chunk, result };
  }
  const logits = decoderHead(plan, config, gathered);
  if (mode === "nll") {
    const targets = plan.input("targets", [count], "i32");
    const result = plan.output("nll", [count, 2]);
    nll(plan, logits, config.vocabSize, targets, result);
    return { ...chunk, targets, result };
  }
  const specShape = [count, width + LOSS_SPEC_HEADER];
  const spec = {
    ints: plan.input("loss ints", specShape, "i32"),
    floats: plan.input("loss floats", specShape, "f32"),
  };
  const result = plan.output("loss", [count]);
  lossHead(plan, logits, config.vocabSize, spec, result);
  plan.backward();
  return { ...chunk, spec, result };
}
