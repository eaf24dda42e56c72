import { describe, expect, test } from "vitest";
import { DecoderModel } from "../models/loadedModel.ts";
import { loraNames, storedRank, storedShape } from "../models/parameters.ts";
import { resizeMatrix } from "../models/padding.ts";
import type { Backend } from "../tape/ir.ts";
import type { LoadOptions, TrainBatch, TrainerOptions } from "../types.ts";
import { FIXTURE_NAMES, loadFixture, relativeError, type Fixture } from "./fixture.ts";

const TOLERANCE = 1e-4;

function batchOf({ manifest }: Fixture): TrainBatch {
  return { sequences: manifest.sequences, rows: manifest.rows };
}

function load(backend: Backend, fixture: Fixture, options: LoadOptions): Promise<DecoderModel> {
  return DecoderModel.load(backend, fixture.manifest.config, fixture.source(), options);
}

/** Gradients left by a step that moves nothing. */
async function gradients(
  model: DecoderModel,
  batch: TrainBatch,
  options: TrainerOptions = {},
): Promise<{ rowLosses: Float32Array; gradNorm: number; grads: Map<string, Float32Array> }> {
  const trainer = await model.trainer({ weightDecay: 0, ...options });
  const { rowLosses, gradNorm } = await trainer.step(batch, { learningRate: 0 });
  const grads = new Map<string, Float32Array>();
  for (const { name, trainable } of model.specs) {
    if (trainable) grads.set(name, await model.store.read(name, "grad"));
  }
  trainer.dispose();
  return { rowLosses, gradNorm, grads };
}

/** A fixture tensor in the shape of the store. */
function stored(fixture: Fixture, kind: string, name: string): Float32Array {
  const { shape } = fixture.manifest.tensors[`${kind}/${name}`];
  return resizeMatrix(fixture.get(`${kind}/${name}`), shape, storedShape(name, shape));
}

function expectAllClose(
  found: ReadonlyMap<string, Float32Array>,
  wanted: (name: string) => Float32Array,
): void {
  const errors = [...found].map(([name, values]) => [name, relativeError(values, wanted(name))]);
  expect(errors.filter(([, error]) => !(Number(error) < TOLERANCE))).toEqual([]);
}

const FULL: LoadOptions = { trainable: { kind: "full" } };

/** The engine against PyTorch and transformers, on any backend. */
export function describeAgainstTorch(openBackend: () => Promise<Backend>): void {
  describe.each(FIXTURE_NAMES)("%s", (name) => {
    test("logits and likelihoods", async () => {
      const [backend, fixture] = await Promise.all([openBackend(), loadFixture(name)]);
      const model = await load(backend, fixture, { trainable: { kind: "none" } });
      const { sequences, rows } = fixture.manifest;
      const logits = await model.logits(sequences, rows);
      expect(relativeError(logits, fixture.get("logits"))).toBeLessThan(TOLERANCE);
      expect(relativeError(await model.nll(sequences), fixture.get("nll"))).toBeLessThan(TOLERANCE);
      model.dispose();
    });

    test("loss and every gradient, with and without checkpoints", async () => {
      const [backend, fixture] = await Promise.all([openBackend(), loadFixture(name)]);
      for (const checkpoint of [false, true]) {
        const model = await load(backend, fixture, { ...FULL, checkpoint });
        const { rowLosses, gradNorm, grads } = await gradients(model, batchOf(fixture));
        expect(relativeError(rowLosses, fixture.manifest.rowLosses)).toBeLessThan(TOLERANCE);
        expect(gradNorm / fixture.manifest.gradNorms[0]).toBeCloseTo(1, 4);
        expect([...grads.keys()].sort()).toEqual(fixture.names("grad").sort());
        expectAllClose(grads, (tensor) => stored(fixture, "grad", tensor));
        model.dispose();
      }
    });

    test("gradients add up over micro-batches", async () => {
      const [backend, fixture] = await Promise.all([openBackend(), loadFixture(name)]);
      const model = await load(backend, fixture, FULL);
      const { rowLosses, grads } = await gradients(model, batchOf(fixture), {
        microBatchTokens: 8,
      });
      expect(relativeError(rowLosses, fixture.manifest.rowLosses)).toBeLessThan(TOLERANCE);
      expectAllClose(grads, (tensor) => stored(fixture, "grad", tensor));
      model.dispose();
    });

    test("many rows, some at one address, in several chunks of logits", async () => {
      const [backend, fixture] = await Promise.all([openBackend(), loadFixture(name)]);
      const { sequences, rows } = batchOf(fixture);
      const copies = 16;
      const shares = rows.map((row) => ({ ...row, weight: row.weight / copies }));
      for (const checkpoint of [false, true]) {
        const model = await load(backend, fixture, { ...FULL, checkpoint });
        const many = Array.from({ length: copies }, () => shares).flat();
        const { rowLosses, grads } = await gradients(model, { sequences, rows: many });
        const wanted = Array.from({ length: copies }, () => fixture.manifest.rowLosses).flat();
        expect(relativeError(rowLosses, wanted)).toBeLessThan(TOLERANCE);
        expectAllClose(grads, (tensor) => stored(fixture, "grad", tensor));
        model.dispose();
      }
    });

    test("AdamW with clipping follows PyTorch's curve", async () => {
      const [backend, fixture] = await Promise.all([openBackend(), loadFixture(name)]);
      const model = await load(backend, fixture, FULL);
      const { adamw, curve, gradNorms } = fixture.manifest;
      const trainer = await model.trainer(adamw);
      const losses: number[] = [];
      const norms: number[] = [];
      for (let step = 0; step < curve.length; step++) {
        if (step === 3) {
          const weights = new Map<string, Float32Array>();
          for (const tensor of fixture.names("adamw3")) {
            weights.set(tensor, await model.readF32(tensor));
          }
          expectAllClose(weights, (tensor) => fixture.get(`adamw3/${tensor}`));
        }
        const { learningRate } = adamw;
        const result = await trainer.step(batchOf(fixture), { learningRate });
        expect(result.step).toBe(step + 1);
        losses.push(result.loss);
        norms.push(result.gradNorm);
      }
      expect(relativeError(losses, curve)).toBeLessThan(1e-3);
      expect(relativeError(norms, gradNorms)).toBeLessThan(1e-2);
      model.dispose();
    });
  });

  test("gradients of LoRA factors", async () => {
    const [backend, fixture] = await Promise.all([openBackend(), loadFixture("qwen2")]);
    const { rank = 0, alpha = 0, rowLosses: wantedLosses = [] } = fixture.manifest.lora ?? {};
    const model = await load(backend, fixture, { trainable: { kind: "lora", rank, alpha } });
    const plain = (name: string) => fixture.manifest.tensors[`lora/${name}`].shape;
    const padded = ([rows, columns]: readonly number[], name: string) =>
      name.includes("lora_A") ? [storedRank(rank), columns] : [rows, storedRank(rank)];
    const widen = (kind: string, name: string) =>
      resizeMatrix(fixture.get(`${kind}/${name}`), plain(name), padded(plain(name), name));
    for (const name of fixture.names("lora")) model.store.write(name, widen("lora", name));
    const { rowLosses, grads } = await gradients(model, batchOf(fixture));
    expect(relativeError(rowLosses, wantedLosses)).toBeLessThan(TOLERANCE);
    expect([...grads.keys()].sort()).toEqual(fixture.names("lora").sort());
    expectAllClose(grads, (name) => widen("loraGrad", name));

    const linear = "model.layers.1.mlp.down_proj.weight";
    const merged = await model.readF32(linear);
    const { up, down } = loraNames(linear);
    const [A, B] = [fixture.get(`lora/${down}`), fixture.get(`lora/${up}`)];
    const [inSize, outSize] = [A.length / rank, B.length / rank];
    const wanted = fixture.get(`weight/${linear}`).map((weight, i) => {
      const [n, k] = [Math.floor(i / inSize), i % inSize];
      let product = 0;
      for (let r = 0; r < rank; r++) product += B[n * rank + r] * A[r * inSize + k];
      return weight + (alpha / rank) * product;
    });
    expect(outSize * inSize).toBe(merged.length);
    expect(relativeError(merged, wanted)).toBeLessThan(1e-6);
    model.dispose();
  });

  test("a range of down projections is trained and nothing else", async () => {
    const [backend, fixture] = await Promise.all([openBackend(), loadFixture("llama")]);
    const trainable = { kind: "downProj", layers: [1, 2] } as const;
    for (const checkpoint of [false, true]) {
      const model = await load(backend, fixture, { trainable, checkpoint });
      const { grads } = await gradients(model, batchOf(fixture));
      expect([...grads.keys()]).toEqual(["model.layers.1.mlp.down_proj.weight"]);
      expectAllClose(grads, (tensor) => stored(fixture, "grad", tensor));
      model.dispose();
    }
  });

  test("two runs are equal bit for bit", async () => {
    const [backend, fixture] = await Promise.all([openBackend(), loadFixture("qwen3")]);
    const run = async () => {
      const model = await load(backend, fixture, FULL);
      const trainer = await model.trainer({});
      const results: number[] = [];
      for (let step = 0; step < 3; step++) {
        const { loss, gradNorm } = await trainer.step(batchOf(fixture), { learningRate: 1e-2 });
        results.push(loss, gradNorm);
      }
      const { tensors } = await trainer.snapshot();
      model.dispose();
      return { results, tensors };
    };
    expect(await run()).toEqual(await run());
  });
}
