import { throwIfAborted } from "@/lib/errors.ts";
import { invariant } from "@/lib/invariant.ts";
import { EngineError } from "../errors.ts";
import { planMicroBatches } from "../models/batching.ts";
import { checkLossRows, encodeLossRows, lossWidth } from "../models/lossSpec.ts";
import type { DecoderModel } from "../models/loadedModel.ts";
import { loraNames } from "../models/parameters.ts";
import { TRAINING_TOKENS } from "../models/sizes.ts";
import { readTensor } from "../models/weightSource.ts";
import type {
  StepOptions,
  StepResult,
  TrainBatch,
  Trainer,
  TrainerOptions,
  TrainerState,
} from "../types.ts";
import { withInt4Weights } from "./fakeInt4.ts";
import { readTrainerState, writeTrainerState } from "./trainerState.ts";

/** Defaults of PyTorch's AdamW; the gradient is not clipped unless asked for. */
const DEFAULTS: Required<TrainerOptions> = {
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0.01,
  maxGradNorm: Infinity,
  microBatchTokens: TRAINING_TOKENS,
};

/** AdamW over the trained parameters of a model. Steps are queued with the model's other calls. */
export class DecoderTrainer implements Trainer {
  readonly #model: DecoderModel;
  readonly #options: Required<TrainerOptions>;
  readonly #onDispose: () => void;
  #step = 0;
  #disposed = false;

  constructor(model: DecoderModel, options: TrainerOptions, onDispose: () => void) {
    this.#model = model;
    this.#options = { ...DEFAULTS, ...options };
    this.#onDispose = onDispose;
  }

  step(batch: TrainBatch, options: StepOptions): Promise<StepResult> {
    return this.#job(async () => {
      const rowLosses = await this.#gradientOf(batch, options);
      return this.#update(batch, rowLosses, options);
    });
  }

  metaStep(
    inner: readonly TrainBatch[],
    innerLearningRate: number,
    batch: TrainBatch,
    options: StepOptions,
  ): Promise<StepResult> {
    return this.#job(async () => {
      const { store } = this.#model;
      let rowLosses: Float32Array;
      store.saveValues();
      try {
        for (const benign of inner) {
          await this.#gradient(benign, options.signal);
          store.sgd(innerLearningRate);
        }
        rowLosses = await this.#gradientOf(batch, options, "caller");
      } finally {
        store.restoreValues();
      }
      return this.#update(batch, rowLosses, options);
    });
  }

  averageTowardOriginal(lambda: number): Promise<void> {
    return this.#job(async () => {
      const model = this.#model;
      if (model.trainable.kind === "lora") {
        // θ₀ is W alone and θ is W + B·A, so only B shrinks.
        for (const name of model.trainedNames()) {
          const { up } = loraNames(name);
          const values = await model.store.read(up);
          model.store.write(
            up,
            values.map((value) => (1 - lambda) * value),
          );
        }
      } else if (model.keepsOriginal) {
        model.store.averageTowardOriginal(lambda);
      } else {
        await this.#averageFromSource(lambda);
      }
    });
  }

  snapshot(signal?: AbortSignal): Promise<TrainerState> {
    return this.#job(async () => {
      const { config, trainable, specs, store } = this.#model;
      const tensors = await readTrainerState(config, trainable, specs, store, signal);
      return { step: this.#step, tensors };
    });
  }

  restore(state: TrainerState): Promise<void> {
    return this.#job(async () => {
      const { config, trainable, specs, store } = this.#model;
      writeTrainerState(config, trainable, specs, store, state.tensors);
      this.#step = state.step;
    });
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#onDispose();
  }

  #job<T>(work: () => Promise<T>): Promise<T> {
    return this.#model.job(() => {
      invariant(!this.#disposed, "the trainer has not been disposed of");
      return work();
    });
  }

  #gradientOf(
    batch: TrainBatch,
    { fakeInt4, signal }: StepOptions,
    restores: "here" | "caller" = "here",
  ): Promise<Float32Array> {
    const work = () => this.#gradient(batch, signal);
    return fakeInt4 ? withInt4Weights(this.#model, restores, work) : work();
  }

  /** Leaves the gradient of Σ weight · loss in the store, and returns the loss of every row. */
  async #gradient(batch: TrainBatch, signal: AbortSignal | undefined): Promise<Float32Array> {
    const model = this.#model;
    const { rows, sequences } = batch;
    checkLossRows(rows, model.config.vocabSize);
    model.checkTokens(sequences);
    const width = lossWidth(rows);
    const rowLosses = new Float32Array(rows.length);
    model.store.zeroGrad();
    const limits = { tokens: this.#options.microBatchTokens, rows: Infinity };
    for (const micro of planMicroBatches(sequences, rows, limits)) {
      throwIfAborted(signal);
      const chunks = await model.run(
        "train",
        micro,
        width,
        (chunk, write) => {
          if (!chunk.spec) return;
          const ids = micro.rowIds.subarray(chunk.first, chunk.first + chunk.count);
          const members = Array.from(ids, (id) => rows[id]);
          const { ints, floats } = encodeLossRows(members, chunk.count, width);
          write(chunk.spec.ints, ints);
          write(chunk.spec.floats, floats);
        },
        signal,
      );
      model.forEachResult(micro, chunks, (id, losses, at) => {
        rowLosses[id] = losses[at];
      });
      requireFinite(rowLosses, this.#step + 1);
    }
    return rowLosses;
  }

  async #update(
    batch: TrainBatch,
    rowLosses: Float32Array,
    { learningRate, signal }: StepOptions,
  ): Promise<StepResult> {
    const { beta1, beta2, epsilon, weightDecay, maxGradNorm } = this.#options;
    const { store } = this.#model;
    const gradNorm = await store.gradNorm();
    requireFinite([gradNorm], this.#step + 1);
    throwIfAborted(signal);
    const step = ++this.#step;
    store.adamw({
      learningRate,
      beta1,
      beta2,
      epsilon,
      weightDecay,
      c1: 1 / (1 - beta1 ** step),
      c2: 1 / (1 - beta2 ** step),
      // The same guard as torch.nn.utils.clip_grad_norm_.
      gradScale: Math.min(1, maxGradNorm / (gradNorm + 1e-6)),
    });
    const loss = batch.rows.reduce((sum, row, i) => sum + row.weight * rowLosses[i], 0);
    return { step, loss, rowLosses, gradNorm };
  }

  async #averageFromSource(lambda: number): Promise<void> {
    const { store, source } = this.#model;
    for (const [name, shape] of this.#model.trainedShapes()) {
      const values = await store.read(name);
      const original = await readTensor(source, name, shape);
      for (let i = 0; i < original.length; i++) {
        values[i] = (1 - lambda) * values[i] + lambda * original[i];
      }
      store.write(name, values);
    }
  }
}

function requireFinite(values: ArrayLike<number>, step: number): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    throw new EngineError(
      "LOSS_NOT_FINITE",
      `The loss of step ${step} is not a number; no weight was changed by it.`,
      "Go on from the last checkpoint with a lower learning rate.",
      { details: `step ${step}, value ${i}: ${values[i]}` },
    );
  }
}
