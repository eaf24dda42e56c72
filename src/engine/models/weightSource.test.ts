import { expect, test } from "vitest";
import { createCpuBackend } from "../cpu/backend.ts";
import { loadFixture } from "../oracle/fixture.ts";
import type { ModelConfig, WeightSource } from "../types.ts";
import { DecoderModel } from "./loadedModel.ts";

async function failure(
  alter: (source: WeightSource, config: ModelConfig) => [WeightSource, ModelConfig],
): Promise<unknown> {
  const [backend, fixture] = await Promise.all([createCpuBackend(), loadFixture("llama")]);
  const [source, config] = alter(fixture.source(), fixture.manifest.config);
  const before = backend.usedBytes();
  const loading = DecoderModel.load(backend, config, source, { trainable: { kind: "none" } });
  const error = await loading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(backend.usedBytes()).toBe(before);
  return error;
}

test("a missing tensor, a wrong shape and a foreign tensor are named", async () => {
  const missing = await failure((source, config) => {
    const names = source.names().filter((name) => name !== "model.layers.1.mlp.up_proj.weight");
    return [{ ...source, names: () => names }, config];
  });
  expect(missing).toMatchObject({
    code: "WEIGHTS_MISMATCH",
    details: "model.layers.1.mlp.up_proj.weight: wanted [28, 20], found nothing",
  });
  const shape = await failure((source, config) => [source, { ...config, ffnSize: 32 }]);
  expect(shape).toMatchObject({
    code: "WEIGHTS_MISMATCH",
    details: "model.layers.0.mlp.gate_proj.weight: wanted [32, 20], found [28, 20]",
  });
  const foreign = await failure((source, config) => [source, { ...config, layerCount: 1 }]);
  expect(foreign).toMatchObject({
    code: "WEIGHTS_MISMATCH",
    message: expect.stringContaining("model.layers.1."),
  });
});

test("a short tensor and one with NaN are refused", async () => {
  const short = await failure((source, config) => [
    { ...source, readF32: async () => new Float32Array(7) },
    config,
  ]);
  expect(short).toMatchObject({ code: "WEIGHTS_MISMATCH" });
  const damaged = await failure((source, config) => {
    const readF32 = async (name: string) => {
      const values = await source.readF32(name);
      if (name === "model.norm.weight") values[3] = Number.NaN;
      return values;
    };
    return [{ ...source, readF32 }, config];
  });
  expect(damaged).toMatchObject({ code: "WEIGHTS_MISMATCH", details: "model.norm.weight" });
});

test("loading can be cancelled", async () => {
  const [backend, fixture] = await Promise.all([createCpuBackend(), loadFixture("llama")]);
  const before = backend.usedBytes();
  const controller = new AbortController();
  const loading = DecoderModel.load(backend, fixture.manifest.config, fixture.source(), {
    trainable: { kind: "full" },
    signal: controller.signal,
    onProgress: ({ done }) => {
      if (done === 3) controller.abort();
    },
  });
  await expect(loading).rejects.toMatchObject({ name: "AbortError" });
  expect(backend.usedBytes()).toBe(before);
});
