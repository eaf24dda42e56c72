import { expect, test } from "vitest";
import { createCpuBackend } from "../cpu/backend.ts";
import { loadFixture, relativeError } from "../oracle/fixture.ts";
import type { LossRow, ModelConfig } from "../types.ts";
import { DecoderModel } from "./loadedModel.ts";
import { estimateMemory } from "./memory.ts";
import { PlanCache } from "./planCache.ts";
import { parameterSpecs } from "./parameters.ts";

/** Qwen2.5-0.5B's published sizes. */
const QWEN: ModelConfig = {
  architecture: "qwen2",
  vocabSize: 151_936,
  hiddenSize: 896,
  layerCount: 24,
  headCount: 14,
  kvHeadCount: 2,
  headDim: 64,
  ffnSize: 4864,
  rmsNormEps: 1e-6,
  ropeTheta: 1e6,
  ropeScaling: null,
  tiedEmbeddings: true,
  qkvBias: true,
  outputBias: false,
  qkNorm: false,
  maxPositions: 32_768,
};
/** Parameters of Qwen2.5-0.5B as its model card and checkpoint count them. */
const QWEN_PARAMETERS = 494_032_768;

test("weights and state of a known model", () => {
  const question = { sequenceTokens: 64, rows: 256 };
  const full = estimateMemory(QWEN, { ...question, trainable: { kind: "full" } });
  expect(full.weightBytes).toBe(4 * QWEN_PARAMETERS);
  expect(full.stateBytes).toBe(16 * QWEN_PARAMETERS);
  const lora = estimateMemory(QWEN, {
    ...question,
    trainable: { kind: "lora", rank: 16, alpha: 32 },
    frozenFormat: "bf16",
    checkpoint: true,
  });
  // Twice the parameters, some of them (norms, biases) in f32, and 35 MB of factors.
  expect(lora.weightBytes / (2 * QWEN_PARAMETERS)).toBeCloseTo(1.035, 2);
  expect(lora.logitsBytes).toBeLessThanOrEqual(64 * 2 ** 20);
  expect(lora.largestTensorBytes).toBe(QWEN.vocabSize * QWEN.hiddenSize * 2);
});

test("checkpoints shrink activations several times", () => {
  const question = { trainable: { kind: "full" }, sequenceTokens: 64, rows: 64 } as const;
  const plain = estimateMemory(QWEN, question);
  const checkpointed = estimateMemory(QWEN, { ...question, checkpoint: true });
  expect(plain.activationBytes / checkpointed.activationBytes).toBeGreaterThan(4);
});

test("the estimate is what a step then holds", async () => {
  const [backend, fixture] = await Promise.all([createCpuBackend(), loadFixture("llama")]);
  const { config } = fixture.manifest;
  const trainable = { kind: "full" } as const;
  const model = await DecoderModel.load(backend, config, fixture.source(), { trainable });
  const sequences = Array.from({ length: 4 }, () => [1, 2, 3, 4, 5, 6, 7]);
  const rows = sequences.map((_, sequence): LossRow => {
    return { kind: "target", sequence, position: 6, weight: 1, target: 8, floor: 0 };
  });
  const trainer = await model.trainer({ microBatchTokens: 32 });
  await trainer.step({ sequences, rows }, { learningRate: 0 });
  const plan = estimateMemory(config, {
    trainable,
    sequenceTokens: 7,
    microBatchTokens: 32,
    rows: 4,
    width: 1,
  });
  const held = model.memory();
  expect(held.activationBytes).toBe(plan.activationBytes + plan.logitsBytes);
  // The store may align tensors.
  expect(held.weightBytes / plan.weightBytes).toBeCloseTo(1, 1);
  expect(held.stateBytes / plan.stateBytes).toBeCloseTo(1, 1);
});

test("plans beyond the budget are given back, the least recently used first", async () => {
  const [backend, fixture] = await Promise.all([createCpuBackend(), loadFixture("llama")]);
  const { config } = fixture.manifest;
  const specs = parameterSpecs(config, { kind: "none" }, "f32");
  const store = await backend.createStore(specs);
  const empty = backend.usedBytes();
  const budget = 64 * 1024;
  const cache = new PlanCache(backend, store, { config, specs, loraScale: 1 }, budget);
  const shape = { mode: "nll", rows: 8, chunkRows: 8, width: 0, checkpoint: false } as const;
  for (const batch of [1, 2, 3, 4, 5, 4, 5, 1]) {
    await cache.get({ ...shape, batch, seq: 16 });
    expect(cache.peakBytes).toBeLessThanOrEqual(budget);
  }
  const before = backend.usedBytes();
  await cache.get({ ...shape, batch: 1, seq: 16 });
  expect(backend.usedBytes()).toBe(before);
  cache.clear();
  expect(backend.usedBytes()).toBeLessThan(before);
  expect(cache.size).toBe(0);
  expect(backend.usedBytes() - empty).toBeLessThan(budget);
});

test("disposing waits for the call that runs, frees everything once, and refuses later calls", async () => {
  const [backend, fixture] = await Promise.all([createCpuBackend(), loadFixture("llama")]);
  const { config, sequences } = fixture.manifest;
  const options = { trainable: { kind: "none" } } as const;
  const warm = await DecoderModel.load(backend, config, fixture.source(), options);
  await warm.nll(sequences);
  warm.dispose();
  warm.dispose();
  const before = backend.usedBytes();
  const model = await DecoderModel.load(backend, config, fixture.source(), options);
  const running = model.nll(sequences);
  model.dispose();
  expect(relativeError(await running, fixture.get("nll"))).toBeLessThan(1e-4);
  await Promise.resolve();
  expect(backend.usedBytes()).toBe(before);
  await expect(model.nll(sequences)).rejects.toThrow("disposed");
});
