import { throwIfAborted } from "@/lib/errors.ts";
import { invariant } from "@/lib/invariant.ts";
import { EngineError } from "../errors.ts";
import { DecoderTrainer } from "../optim/trainer.ts";
import type { Backend, ParameterSpec, ParameterStore, Tensor } from "../tape/ir.ts";
import { elementCount } from "../tape/slots.ts";
import type {
  DeviceInfo,
  LoadedModel,
  LoadOptions,
  ModelConfig,
  RowAddress,
  TrainableSet,
  Trainer,
  TrainerOptions,
  WeightSource,
} from "../types.ts";
import { planMicroBatches, type MicroBatch } from "./batching.ts";
import { Exclusive } from "./exclusive.ts";
import { addLora, initialLoraDown } from "./lora.ts";
import { resizeMatrix } from "./padding.ts";
import {
  loraNames,
  parameterSpecs,
  storedRank,
  storedShape,
  trainedWeightNames,
  vocabStride,
  weightShapes,
} from "./parameters.ts";
import { PlanCache } from "./planCache.ts";
import type { ProgramChunk, ProgramMode } from "./programs.ts";
import { runProgram } from "./runProgram.ts";
import { chunkRowsFor, INFERENCE_TOKENS, PLAN_BUDGET_BYTES, rowsHeldFor } from "./sizes.ts";
import { checkWeights, readTensor } from "./weightSource.ts";

/** Writes an input of the program about to run. */
export type WriteInput = (tensor: Tensor, data: Float32Array | Int32Array) => void;

/** A decoder whose weights lie on a backend. Calls are queued: one runs at a time. */
export class DecoderModel implements LoadedModel {
  readonly config: ModelConfig;
  readonly trainable: TrainableSet;
  readonly device: DeviceInfo;
  readonly specs: readonly ParameterSpec[];
  readonly store: ParameterStore;
  readonly source: WeightSource;
  /** Whether the store holds θ₀. */
  readonly keepsOriginal: boolean;
  readonly #queue = new Exclusive();
  readonly #backend: Backend;
  readonly #plans: PlanCache;
  readonly #checkpoint: boolean;
  #trainer: DecoderTrainer | undefined;
  #hadTrainer = false;
  #disposed = false;

  private constructor(
    backend: Backend,
    config: ModelConfig,
    source: WeightSource,
    options: LoadOptions,
    specs: readonly ParameterSpec[],
    store: ParameterStore,
  ) {
    this.config = config;
    this.trainable = options.trainable;
    this.device = backend.device;
    this.specs = specs;
    this.store = store;
    this.source = source;
    this.keepsOriginal = keepsOriginal(options);
    this.#backend = backend;
    this.#checkpoint = options.checkpoint ?? false;
    const model = { config, specs, loraScale: loraScale(options.trainable) };
    this.#plans = new PlanCache(backend, store, model, PLAN_BUDGET_BYTES);
  }

  /**
   * Checks the weights against the configuration and brings them to the device.
   * @throws EngineError WEIGHTS_MISMATCH, GPU_OUT_OF_MEMORY; AbortError
   */
  static async load(
    backend: Backend,
    config: ModelConfig,
    source: WeightSource,
    options: LoadOptions,
  ): Promise<DecoderModel> {
    checkWeights(config, source);
    const { trainable, signal, onProgress } = options;
    const specs = parameterSpecs(config, trainable, options.frozenFormat ?? "f32");
    const store = await backend.createStore(specs);
    try {
      const shapes = weightShapes(config);
      let done = 0;
      for (const [name, shape] of shapes) {
        throwIfAborted(signal);
        const values = await readTensor(source, name, shape, signal);
        store.write(name, resizeMatrix(values, shape, storedShape(name, shape)));
        onProgress?.({ done: ++done, total: shapes.size, tensor: name });
      }
      if (trainable.kind === "lora") startLora(store, config, trainable.rank);
      if (keepsOriginal(options)) store.keepOriginal();
      return new DecoderModel(backend, config, source, options, specs, store);
    } catch (error) {
      store.release();
      throw error;
    }
  }

  memory() {
    return { ...this.store.bytes(), activationBytes: this.#plans.peakBytes };
  }

  /** Runs one micro-batch; only to be called by a job. */
  async run(
    mode: ProgramMode,
    micro: MicroBatch,
    width: number,
    fill: (chunk: ProgramChunk, write: WriteInput) => void,
    signal?: AbortSignal,
  ): Promise<Float32Array[]> {
    const { batch, seq, rows } = micro;
    const chunkRows = Math.min(rows, chunkRowsFor(this.config));
    const shape = { mode, batch, seq, rows, chunkRows, width, checkpoint: this.#checkpoint };
    const ready = await this.#plans.get(shape, signal);
    const backend = this.#backend;
    const write: WriteInput = (tensor, data) => backend.write(ready.compiled, tensor, data);
    return runProgram(backend, ready, micro, (chunk) => fill(chunk, write), signal);
  }

  /** Calls `visit` with the caller's index of every row and where its result lies in its chunk. */
  forEachResult(
    micro: MicroBatch,
    chunks: readonly Float32Array[],
    visit: (rowId: number, values: Float32Array, row: number) => void,
  ): void {
    const chunkRows = Math.min(micro.rows, chunkRowsFor(this.config));
    micro.rowIds.forEach((id, i) => visit(id, chunks[Math.floor(i / chunkRows)], i % chunkRows));
  }

  /** @throws when a token lies outside the vocabulary: a bug of the caller. */
  checkTokens(sequences: readonly (readonly number[])[]): void {
    const { vocabSize } = this.config;
    const inside = (id: number) => Number.isInteger(id) && id >= 0 && id < vocabSize;
    invariant(
      sequences.every((tokens) => tokens.every(inside)),
      "tokens are in the vocabulary",
    );
  }

  /** Trained tensors with their shapes; none for LoRA, whose factors are no tensors of the model. */
  trainedShapes(): [name: string, shape: readonly number[]][] {
    const shapes = weightShapes(this.config);
    return [...shapes].filter(([name]) => this.#spec(name)?.trainable);
  }

  #spec(name: string): ParameterSpec | undefined {
    return this.specs.find((candidate) => candidate.name === name);
  }

  logits(
    sequences: readonly (readonly number[])[],
    rows: readonly RowAddress[],
    signal?: AbortSignal,
  ): Promise<Float32Array> {
    return this.job(async () => {
      const { vocabSize } = this.config;
      const stride = vocabStride(this.config);
      this.checkTokens(sequences);
      const result = new Float32Array(rows.length * vocabSize);
      const limits = { tokens: INFERENCE_TOKENS, rows: rowsHeldFor(this.config) };
      for (const micro of planMicroBatches(sequences, rows, limits)) {
        throwIfAborted(signal);
        const chunks = await this.run("logits", micro, 0, () => undefined, signal);
        this.forEachResult(micro, chunks, (id, values, row) => {
          const at = row * stride;
          result.set(values.subarray(at, at + vocabSize), id * vocabSize);
        });
      }
      requireFinite(result);
      return result;
    });
  }

  nll(sequences: readonly (readonly number[])[], signal?: AbortSignal): Promise<Float32Array> {
    return this.job(async () => {
      this.checkTokens(sequences);
      const rows: RowAddress[] = [];
      sequences.forEach((tokens, sequence) => {
        for (let position = 0; position + 1 < tokens.length; position++) {
          rows.push({ sequence, position });
        }
      });
      const result = new Float32Array(rows.length);
      const limits = { tokens: INFERENCE_TOKENS, rows: Infinity };
      for (const micro of planMicroBatches(sequences, rows, limits)) {
        throwIfAborted(signal);
        const targets = Int32Array.from(micro.rowIds, (id) => {
          const { sequence, position } = rows[id];
          return sequences[sequence][position + 1];
        });
        const chunks = await this.run(
          "nll",
          micro,
          0,
          (chunk, write) => {
            if (!chunk.targets) return;
            const wanted = new Int32Array(chunk.count).fill(-1);
            wanted.set(targets.subarray(chunk.first, chunk.first + chunk.count));
            write(chunk.targets, wanted);
          },
          signal,
        );
        this.forEachResult(micro, chunks, (id, values, row) => {
          result[id] = values[row * 2];
        });
      }
      requireFinite(result);
      return result;
    });
  }

  trainer(options: TrainerOptions): Promise<Trainer> {
    return this.job(async () => {
      invariant(this.trainable.kind !== "none", "the model was loaded for training");
      invariant(!this.#trainer, "the trainer before has been disposed of");
      if (this.#hadTrainer) clearMoments(this.store, this.specs);
      this.#hadTrainer = true;
      const trainer = new DecoderTrainer(this, options, () => {
        this.#trainer = undefined;
      });
      this.#trainer = trainer;
      return trainer;
    });
  }

  trainedNames(): readonly string[] {
    return trainedWeightNames(this.config, this.trainable);
  }

  readF32(name: string, signal?: AbortSignal): Promise<Float32Array> {
    return this.job(() => this.readMerged(name, signal));
  }

  /** A tensor as it was loaded, in the shape of the checkpoint. */
  async readSource(name: string, signal?: AbortSignal): Promise<Float32Array> {
    const shape = weightShapes(this.config).get(name);
    invariant(shape, `${name} is a weight of the model`);
    return readTensor(this.source, name, shape, signal);
  }

  /** Like readF32, within a job. Frozen weights come from the source, unrounded. */
  async readMerged(name: string, signal?: AbortSignal): Promise<Float32Array> {
    const shape = weightShapes(this.config).get(name);
    invariant(shape, `${name} is a weight of the model`);
    if (this.#spec(name)?.trainable) {
      return resizeMatrix(await this.store.read(name), storedShape(name, shape), shape);
    }
    const values = await this.readSource(name, signal);
    const { down, up } = loraNames(name);
    if (this.trainable.kind !== "lora" || !this.#spec(up)) return values;
    const merged = values.slice();
    const factors = await Promise.all([this.store.read(up), this.store.read(down)]);
    addLora(merged, ...factors, storedRank(this.trainable.rank), loraScale(this.trainable));
    return merged;
  }

  /** Gives the memory back: at once, or behind the calls already made. Later calls are refused. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    const release = () => {
      this.#plans.clear();
      this.store.release();
    };
    if (this.#queue.idle) release();
    else void this.#queue.run(async () => release());
  }

  /** Queues a job behind the calls made before. */
  job<T>(work: () => Promise<T>): Promise<T> {
    if (this.#disposed) return Promise.reject(new Error("invariant: the model is not disposed of"));
    return this.#queue.run(work);
  }
}

function keepsOriginal({ trainable, keepOriginal = true }: LoadOptions): boolean {
  return keepOriginal && trainable.kind !== "none" && trainable.kind !== "lora";
}

function loraScale(trainable: TrainableSet): number {
  return trainable.kind === "lora" ? trainable.alpha / trainable.rank : 1;
}

function clearMoments(store: ParameterStore, specs: readonly ParameterSpec[]): void {
  for (const { name, shape, trainable } of specs) {
    if (!trainable) continue;
    const zeros = new Float32Array(elementCount(shape));
    store.writeMoment(name, "m", zeros);
    store.writeMoment(name, "v", zeros);
  }
}

function startLora(store: ParameterStore, config: ModelConfig, rank: number): void {
  for (const [name, shape] of weightShapes(config)) {
    if (shape.length < 2 || !name.startsWith("model.layers.")) continue;
    const { down, up } = loraNames(name);
    store.write(down, initialLoraDown(down, rank, shape[1]));
    store.write(up, new Float32Array(shape[0] * storedRank(rank)));
  }
}

function requireFinite(values: Float32Array): void {
  if (values.every(Number.isFinite)) return;
  throw new EngineError(
    "LOGITS_NOT_FINITE",
    "The model gave answers that are not numbers.",
    "Try the other device in the settings; if it happens there too, the weights are damaged.",
  );
}
