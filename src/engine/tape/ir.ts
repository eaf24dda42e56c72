import type { DeviceInfo } from "../types.ts";

/**
 * The instruction set that both backends implement.
 *
 * The tape runs once, when a plan is made, and leaves a flat list of instructions over tensors whose
 * storage the planner has assigned. Replaying the list is all a step does. R is the number of rows
 * (sequences × padded length), n the number of gathered rows.
 */

export type StorageFormat = "f32" | "i32" | "bf16" | "q8";

/**
 * Where a tensor lives.
 * - `activation`: planned storage, shared by tensors whose lives do not overlap
 * - `weight`, `grad`: by parameter name, owned by the model, shared by all its plans
 * - `input`: written from the host before each run (tokens, row indices, targets)
 * - `output`: read by the host after a run; storage of its own
 * - `constant`: written once when the plan is compiled (cos/sin table)
 */
export type TensorRole = "activation" | "weight" | "grad" | "input" | "output" | "constant";

export interface Tensor {
  readonly id: number;
  readonly role: TensorRole;
  readonly format: StorageFormat;
  /** Row-major; the product is the number of elements. */
  readonly shape: readonly number[];
  /** Parameter name for `weight` and `grad`, otherwise for people. */
  readonly name: string;
  /** Only for `constant`. */
  readonly data?: Float32Array | Int32Array;
}

/** C[M,N] = alpha · op(A)·op(B) (+ bias[N]) (+ residual[M,N]) (+ C). A is [M,K] or, with transA, [K,M]. */
export interface MatmulAttrs {
  M: number;
  N: number;
  K: number;
  transA: boolean;
  transB: boolean;
  alpha: number;
  /** Add to what C holds. */
  accumulate: boolean;
  hasBias: boolean;
  hasResidual: boolean;
}

export interface AttentionAttrs {
  batch: number;
  seq: number;
  headCount: number;
  kvHeadCount: number;
  headDim: number;
  /** 1/sqrt(headDim) */
  scale: number;
}

/**
 * One dispatch. `reads` and `writes` are in the order given; a tensor in both is updated in place.
 *
 * | kind | reads | writes |
 * | --- | --- | --- |
 * | embed | E [V,D], tokens i32 [R] | x [R,D] |
 * | embedGrad | csr i32, dx [R,D] | dE [V,D] (+=) |
 * | matmul | A, B (any weight format), bias?, residual? | C |
 * | biasGrad | dy [R,N] | db [N] (+=) |
 * | rmsNorm | x [rows,dim], g [dim] | y [rows,dim], invRms [rows] |
 * | rmsNormGradX | dy, x, g, invRms | dx (= or +=) |
 * | rmsNormGradG | dy, x, invRms | dg [dim] (+=) |
 * | rope | x [R, heads·headDim], cosSin [seq, headDim/2, 2] | x (in place) |
 * | attention | q [R,H·hd], k [R,KV·hd], v [R,KV·hd] | o [R,H·hd], lse [batch·H·seq] |
 * | attentionGradQ | q, k, v, o, lse, dO | dq, delta [batch·H·seq] |
 * | attentionGradKV | q, k, v, lse, dO, delta | dk, dv |
 * | swiglu | gate [R,F], up [R,F] | y [R,F] = silu(gate)·up |
 * | swigluGrad | dy, gate, up | gate, up (in place: become their gradients) |
 * | gatherRows | x [rowsIn,D], index i32 [n] | y [n,D], zero where index is −1 |
 * | add | x | y (+=) |
 * | nll | z [n,stride], target i32 [n] | out [n,2] = (nll in nats or 0 where target is −1, logsumexp) |
 * | lossHead | z [n,stride], spec i32, spec f32 | z (in place: becomes weight·dloss/dz), loss [n] unweighted |
 *
 * RoPE pairs element j with j + headDim/2 ("rotate half", as transformers does); `direction` −1 is the
 * inverse rotation, used on gradients. Row r has position r mod seq.
 *
 * `stride` is the vocabulary rounded up to a multiple of 4; columns from `vocab` on are ignored and get
 * zero gradient.
 *
 * csr for embedGrad: [U, ids[U], start[U+1], rows[R]]: token ids[u] occurs at rows[start[u]..start[u+1]).
 * The tensor has 2 + 3·rows elements; what lies behind the last row is not used. embedGrad also scatters
 * the gradient of gathered rows (ids are row numbers, `vocab` the number of rows, dE an activation), so
 * U and the number of entries, start[U], may be anything from 0 to rows.
 *
 * Parameters whose first dimension is the vocabulary are stored with `stride` rows, the last ones zero,
 * so a logits matmul has N = stride. A `grad` write is always +=, into an arena zeroed by zeroGrad(); an
 * activation is written with = unless `accumulate` (or the kind: embedGrad, add) says otherwise.
 *
 * lossHead's spec is one i32 and one f32 tensor, each [n, width + 4]:
 *   i32: kind (−1 none, 0 target, 1 choice, 2 distil), count, response, 0, ids[width]
 *   f32: weight, floor, margin, 0, values[width] (base log-probabilities for choice, probabilities for distil)
 * For kind 0, ids[0] is the target.
 */
export type Instruction =
  | { kind: "embed"; attrs: { rows: number; dim: number; vocab: number } }
  | { kind: "embedGrad"; attrs: { rows: number; dim: number; vocab: number } }
  | { kind: "matmul"; attrs: MatmulAttrs }
  | { kind: "biasGrad"; attrs: { rows: number; dim: number } }
  | { kind: "rmsNorm"; attrs: { rows: number; dim: number; eps: number } }
  | { kind: "rmsNormGradX"; attrs: { rows: number; dim: number; accumulate: boolean } }
  | { kind: "rmsNormGradG"; attrs: { rows: number; dim: number } }
  | {
      kind: "rope";
      attrs: { rows: number; heads: number; headDim: number; seq: number; direction: 1 | -1 };
    }
  | { kind: "attention"; attrs: AttentionAttrs }
  | { kind: "attentionGradQ"; attrs: AttentionAttrs }
  | { kind: "attentionGradKV"; attrs: AttentionAttrs }
  | { kind: "swiglu"; attrs: { count: number } }
  | { kind: "swigluGrad"; attrs: { count: number } }
  | { kind: "gatherRows"; attrs: { rowsIn: number; rowsOut: number; dim: number } }
  | { kind: "add"; attrs: { count: number } }
  | { kind: "nll"; attrs: { rows: number; vocab: number; stride: number } }
  | { kind: "lossHead"; attrs: { rows: number; vocab: number; stride: number; width: number } };

export type InstructionKind = Instruction["kind"];

export type PlanOp = Instruction & {
  readonly reads: readonly Tensor[];
  readonly writes: readonly Tensor[];
};

/** Storage of one activation: slot number of the pool. Slots have fixed sizes in bytes. */
export interface Plan {
  readonly ops: readonly PlanOp[];
  readonly tensors: readonly Tensor[];
  /** Activation tensor id → slot. */
  readonly slotOf: ReadonlyMap<number, number>;
  readonly slotBytes: readonly number[];
}

/**
 * What a backend does for the model code. A store owns weights by parameter name (frozen ones in their
 * format; trainable ones in f32 arenas with gradient, both moments and the original).
 */
export interface Backend<Compiled = unknown> {
  readonly device: DeviceInfo;
  /** Resolves when the device is lost; never for the CPU. */
  readonly lost: Promise<{ reason: "destroyed" | "unknown"; message: string }>;
  /** Gives everything back; `lost` then resolves with reason "destroyed" (WebGPU). */
  dispose(): void;
  createStore(parameters: readonly ParameterSpec[]): Promise<ParameterStore>;
  compile(plan: Plan, store: ParameterStore, signal?: AbortSignal): Promise<Compiled>;
  write(compiled: Compiled, tensor: Tensor, data: Float32Array | Int32Array): void;
  /** Runs the whole list. Rejects with AbortError within 200 ms of the signal. */
  run(compiled: Compiled, signal?: AbortSignal): Promise<void>;
  read(compiled: Compiled, tensor: Tensor): Promise<Float32Array>;
  release(compiled: Compiled): void;
  /** Only where plans share their activations: bytes of what they share. */
  memory?(): { activationBytes: number };
}

export interface ParameterSpec {
  name: string;
  shape: readonly number[];
  format: "f32" | "bf16" | "q8";
  trainable: boolean;
}

/** Arena-wide operations on the trainable parameters, and access to each parameter by name. */
export interface ParameterStore {
  /** Writes f32 values, converted to the parameter's format. */
  write(name: string, values: Float32Array): void;
  /** Current f32 value (dequantised for frozen formats). */
  read(name: string, part?: "value" | "grad" | "m" | "v"): Promise<Float32Array>;
  writeMoment(name: string, part: "m" | "v", values: Float32Array): void;
  /** Remembers the current values as the original θ₀. */
  keepOriginal(): void;
  zeroGrad(): void;
  /** Euclidean norm of the whole gradient. */
  gradNorm(): Promise<number>;
  adamw(hyper: AdamwHyper): void;
  /** w ← w − lr·g. */
  sgd(learningRate: number): void;
  averageTowardOriginal(lambda: number): void;
  /**
   * Saves w, unless a save is already held, and replaces matrices by their int4 rounding in blocks of 32
   * along the rows, symmetric.
   */
  enterFakeInt4(): void;
  /** Restores the w saved by enterFakeInt4 or saveValues and drops the save. */
  restoreValues(): void;
  saveValues(): void;
  bytes(): { weightBytes: number; stateBytes: number };
  release(): void;
}

/** All figures of one AdamW step; c1 and c2 are the bias corrections 1/(1−β^t). */
export interface AdamwHyper {
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
  c1: number;
  c2: number;
  /** The gradient is multiplied by this first (norm clipping). */
  gradScale: number;
}
