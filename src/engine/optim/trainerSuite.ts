import { expect, test } from "vitest";
import { roundToInt4 } from "../cpu/quantise.ts";
import { EngineError } from "../errors.ts";
import { DecoderModel } from "../models/loadedModel.ts";
import type { Backend } from "../tape/ir.ts";
import { type Fixture, loadFixture, relativeError } from "../oracle/fixture.ts";
import type { LoadOptions, TrainableSet, TrainBatch, TrainerOptions } from "../types.ts";

const FULL: TrainableSet = { kind: "full" };
const LORA: TrainableSet = { kind: "lora", rank: 3, alpha: 6 };
const SGD_LIKE: TrainerOptions = { beta1: 0, beta2: 0, epsilon: 1, weightDecay: 0 };

async function allWeights(model: DecoderModel): Promise<Map<string, Float32Array>> {
  const weights = new Map<string, Float32Array>();
  for (const name of model.trainedNames()) weights.set(name, await model.readF32(name));
  return weights;
}

/** What a trainer promises, on any backend. */
export function describeTrainer(openBackend: () => Promise<Backend>): void {
  async function open(
    trainable: TrainableSet,
    options: Omit<LoadOptions, "trainable"> = {},
    change?: (name: string, values: Float32Array) => void,
  ): Promise<{ model: DecoderModel; fixture: Fixture; batch: TrainBatch }> {
    const [backend, fixture] = await Promise.all([openBackend(), loadFixture("llama")]);
    const { config, sequences, rows } = fixture.manifest;
    const source = fixture.source(change);
    const model = await DecoderModel.load(backend, config, source, { trainable, ...options });
    return { model, fixture, batch: { sequences, rows } };
  }

  test("a loss that is not finite stops before any weight changes", async () => {
    const { model, batch } = await open(FULL);
    const trainer = await model.trainer({});
    await trainer.step(batch, { learningRate: 1e-2 });
    const before = await trainer.snapshot();
    const damaged = "model.layers.0.mlp.up_proj.weight";
    const values = await model.readF32(damaged);
    model.store.write(
      damaged,
      values.map(() => Number.NaN),
    );
    await expect(trainer.step(batch, { learningRate: 1e-2 })).rejects.toMatchObject({
      code: "LOSS_NOT_FINITE",
    });
    model.store.write(damaged, values);
    expect(await trainer.snapshot()).toEqual(before);
    expect((await trainer.step(batch, { learningRate: 1e-2 })).step).toBe(2);
  });

  test("resuming from a snapshot goes on bit for bit", async () => {
    for (const trainable of [FULL, LORA]) {
      const first = await open(trainable);
      const trainer = await first.model.trainer({});
      await trainer.step(first.batch, { learningRate: 1e-2 });
      const state = structuredClone(await trainer.snapshot());
      const wanted = await trainer.step(first.batch, { learningRate: 1e-2 });

      const second = await open(trainable);
      const resumed = await second.model.trainer({});
      await resumed.restore(state);
      expect(await resumed.step(second.batch, { learningRate: 1e-2 })).toEqual(wanted);
      expect(await resumed.snapshot()).toEqual(await trainer.snapshot());
    }
  });

  test("a foreign snapshot is refused before anything is written", async () => {
    const { model, batch } = await open(FULL);
    const trainer = await model.trainer({});
    await trainer.step(batch, { learningRate: 1e-2 });
    const state = await trainer.snapshot();
    const [name] = Object.keys(state.tensors).slice(-1);
    const broken = { ...state, tensors: { ...state.tensors } };
    broken.tensors[name] = { ...state.tensors[name], m: new Float32Array(3) };
    await expect(trainer.restore(broken)).rejects.toMatchObject({ code: "CHECKPOINT_MISMATCH" });
    delete broken.tensors[name];
    await expect(trainer.restore(broken)).rejects.toBeInstanceOf(EngineError);
    expect(await trainer.snapshot()).toEqual(state);
  });

  test("averaging moves every weight the given share of the way back", async () => {
    for (const [trainable, keepOriginal] of [
      [FULL, true],
      [FULL, false],
      [LORA, true],
    ] as const) {
      const { model, fixture, batch } = await open(trainable, { keepOriginal });
      const trainer = await model.trainer({});
      for (let i = 0; i < 3; i++) await trainer.step(batch, { learningRate: 2e-2 });
      const moved = await allWeights(model);
      await trainer.averageTowardOriginal(0.25);
      for (const [name, found] of await allWeights(model)) {
        const original = fixture.get(`weight/${name}`);
        const before = moved.get(name) ?? new Float32Array();
        const wanted = original.map((value, i) => 0.75 * before[i] + 0.25 * value);
        expect(relativeError(found, wanted)).toBeLessThan(1e-6);
        expect(relativeError(found, before)).toBeGreaterThan(1e-5);
      }
    }
  });

  test("a fake int4 step takes the gradient of the rounded model and moves the exact one", async () => {
    const { model, batch, fixture } = await open(FULL);
    const trainer = await model.trainer({});
    const result = await trainer.step(batch, { learningRate: 0, fakeInt4: true });
    for (const [name, values] of await allWeights(model)) {
      expect(values).toEqual(fixture.get(`weight/${name}`));
    }

    const rounded = await open(FULL, {}, (name, values) => {
      const { shape } = fixture.manifest.tensors[`weight/${name}`];
      if (shape.length === 2) roundToInt4(values, shape[1]);
    });
    const wanted = await (await rounded.model.trainer({})).step(batch, { learningRate: 0 });
    expect(relativeError(result.rowLosses, wanted.rowLosses)).toBeLessThan(1e-6);
    expect(result.gradNorm / wanted.gradNorm).toBeCloseTo(1, 5);
    expect(relativeError(result.rowLosses, fixture.manifest.rowLosses)).toBeGreaterThan(1e-3);
  });

  test("with LoRA a fake int4 step rounds the merged weights and gives the frozen ones back", async () => {
    const { model, batch, fixture } = await open(LORA);
    const trainer = await model.trainer(SGD_LIKE);
    for (let i = 0; i < 2; i++) await trainer.step(batch, { learningRate: 1e-1 });
    const merged = await allWeights(model);
    const exact = await trainer.step(batch, { learningRate: 0 });
    const result = await trainer.step(batch, { learningRate: 0, fakeInt4: true });
    expect(await trainer.step(batch, { learningRate: 0 })).toMatchObject({
      rowLosses: exact.rowLosses,
      gradNorm: exact.gradNorm,
    });

    const rounded = await open({ kind: "none" }, {}, (name, values) => {
      const found = merged.get(name);
      if (!found) return;
      values.set(found);
      roundToInt4(values, fixture.manifest.tensors[`weight/${name}`].shape[1]);
    });
    const targets = fixture.manifest.rows.filter((row) => row.kind === "target");
    const logits = await rounded.model.logits(batch.sequences, targets);
    const { vocabSize } = fixture.manifest.config;
    targets.forEach((row, i) => {
      const z = logits.subarray(i * vocabSize, (i + 1) * vocabSize);
      const most = Math.max(...z);
      const lse = most + Math.log(z.reduce((sum, value) => sum + Math.exp(value - most), 0));
      const index = fixture.manifest.rows.indexOf(row);
      expect(result.rowLosses[index]).toBeCloseTo(lse - z[row.target], 4);
    });
  });

  test("a meta step applies the gradient found after the inner steps to the weights before", async () => {
    for (const fakeInt4 of [false, true]) {
      const { model, batch } = await open(FULL);
      const inner: TrainBatch = {
        sequences: [[1, 2, 3, 4, 5]],
        rows: [{ kind: "target", sequence: 0, position: 3, weight: 1, target: 9, floor: 0 }],
      };
      const before = await allWeights(model);
      const trainer = await model.trainer(SGD_LIKE);
      const result = await trainer.metaStep([inner, inner], 0.05, batch, {
        learningRate: 1e-3,
        fakeInt4,
      });

      const other = await open(FULL);
      const reference = await other.model.trainer(SGD_LIKE);
      for (let i = 0; i < 2; i++) {
        await reference.step(inner, { learningRate: 0 });
        other.model.store.sgd(0.05);
      }
      const wanted = await reference.step(batch, { learningRate: 0, fakeInt4 });
      expect(result.rowLosses).toEqual(wanted.rowLosses);
      expect(result.gradNorm).toBe(wanted.gradNorm);
      // beta 0 and epsilon 1: the step is lr · g / (|g| + 1).
      for (const [name, values] of await allWeights(model)) {
        const g = await other.model.store.read(name, "grad");
        const start = before.get(name) ?? new Float32Array();
        const expected = start.map((value, i) => value - (1e-3 * g[i]) / (Math.abs(g[i]) + 1));
        expect(relativeError(values, expected)).toBeLessThan(1e-6);
      }
    }
  });

  test("a second trainer starts with clean moments; two at a time are refused", async () => {
    const { model, batch } = await open(FULL);
    const first = await model.trainer({});
    await expect(model.trainer({})).rejects.toThrow("trainer");
    await first.step(batch, { learningRate: 1e-2 });
    first.dispose();
    await expect(first.step(batch, { learningRate: 1e-2 })).rejects.toThrow("disposed");
    const second = await model.trainer({});
    const { step, tensors } = await second.snapshot();
    expect(step).toBe(0);
    expect(
      Object.values(tensors).every(
        ({ m, v }) => m.every((x) => x === 0) && v.every((x) => x === 0),
      ),
    ).toBe(true);
  });

  test("an aborted step changes nothing", async () => {
    const { model, batch, fixture } = await open(FULL);
    const trainer = await model.trainer({});
    const signal = AbortSignal.abort();
    for (const fakeInt4 of [false, true]) {
      const step = trainer.step(batch, { learningRate: 1e-2, fakeInt4, signal });
      await expect(step).rejects.toMatchObject({ name: "AbortError" });
    }
    const meta = trainer.metaStep([batch], 0.1, batch, { learningRate: 1e-2, signal });
    await expect(meta).rejects.toMatchObject({ name: "AbortError" });
    for (const [name, values] of await allWeights(model)) {
      expect(values).toEqual(fixture.get(`weight/${name}`));
    }
  });

  test("frozen weights in bf16 or q8 change the answers a little and the export not at all", async () => {
    for (const [frozenFormat, most] of [
      ["bf16", 0.02],
      ["q8", 0.02],
    ] as const) {
      const { model, fixture, batch } = await open(LORA, { frozenFormat });
      const name = "model.layers.0.mlp.up_proj.weight";
      expect(await model.readF32(name)).toEqual(fixture.get(`weight/${name}`));
      const error = relativeError(await model.nll(batch.sequences), fixture.get("nll"));
      expect(error).toBeLessThan(most);
      expect(error).toBeGreaterThan(1e-6);
      const trainer = await model.trainer({});
      const first = await trainer.step(batch, { learningRate: 1e-2 });
      for (let i = 0; i < 10; i++) await trainer.step(batch, { learningRate: 1e-2 });
      const last = await trainer.step(batch, { learningRate: 1e-2 });
      expect(last.loss).toBeLessThan(0.9 * first.loss);
    }
  });
}
