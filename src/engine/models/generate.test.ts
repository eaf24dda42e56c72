import { expect, test } from "vitest";
import { createCpuBackend } from "../cpu/backend.ts";
import { loadFixture } from "../oracle/fixture.ts";
import { generate, sample } from "./generate.ts";
import { DecoderModel } from "./loadedModel.ts";

async function open() {
  const [backend, fixture] = await Promise.all([createCpuBackend(), loadFixture("qwen3")]);
  const { config } = fixture.manifest;
  return DecoderModel.load(backend, config, fixture.source(), { trainable: { kind: "none" } });
}

test("greedy decoding agrees with one teacher-forced pass, whatever the batch", async () => {
  const model = await open();
  const prompts = [[3, 1, 4], [1, 5, 9, 2, 6, 5, 3, 5], [8]];
  const streamed: number[][] = [[], [], []];
  const together = await generate(model, prompts, {
    maxTokens: 12,
    onToken: (prompt, id) => streamed[prompt].push(id),
  });
  expect(streamed).toEqual(together);
  for (const [i, prompt] of prompts.entries()) {
    expect(await generate(model, [prompt], { maxTokens: 12 })).toEqual([together[i]]);
    const whole = [...prompt, ...together[i]];
    const rows = together[i].map((_, t) => ({ sequence: 0, position: prompt.length - 1 + t }));
    const logits = await model.logits([whole], rows);
    const { vocabSize } = model.config;
    const best = rows.map((_, t) => {
      const z = [...logits.subarray(t * vocabSize, (t + 1) * vocabSize)];
      return z.indexOf(Math.max(...z));
    });
    expect(best).toEqual(together[i]);
  }
});

test("an end token stops its sequence alone, and the last position stops all", async () => {
  const model = await open();
  const [free] = await generate(model, [[3, 1, 4]], { maxTokens: 8 });
  const eos = free[3];
  const stopped = await generate(model, [[3, 1, 4], [8]], { maxTokens: 8, eosIds: [eos] });
  expect(stopped[0]).toEqual(free.slice(0, free.indexOf(eos)));
  const long = Array.from({ length: model.config.maxPositions - 2 }, () => 5);
  expect((await generate(model, [long], { maxTokens: 8 }))[0]).toHaveLength(2);
});

test("sampling follows softmax at its temperature", () => {
  const logits = Float32Array.of(0, 2, -1, 1);
  const temperature = 0.7;
  const weights = [...logits].map((z) => Math.exp(z / temperature));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const draws = 20_000;
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < draws; i++) counts[sample(logits, temperature, (i + 0.5) / draws)]++;
  counts.forEach((count, id) => {
    expect(Math.abs(count / draws - weights[id] / total)).toBeLessThan(2 / draws);
  });
  expect(sample(logits, temperature, 0.999999999999)).toBe(3);
});

test("generation can be cancelled", async () => {
  const model = await open();
  const controller = new AbortController();
  const running = generate(model, [[1]], {
    maxTokens: 50,
    signal: controller.signal,
    onToken: () => controller.abort(),
  });
  await expect(running).rejects.toMatchObject({ name: "AbortError" });
});
