import { expect, test } from "vitest";
import { createEngine } from "@/engine/engine.ts";
import type { LoadedModel, ModelConfig, WeightSource } from "@/engine/types.ts";
import { SeededStream } from "../random.ts";
import { loudFloor, type EmbedData } from "./batch.ts";
import { distil } from "./benign.ts";
import { embed, type EmbedSnapshot, type EmbedStep } from "./embed.ts";
import { evidence, fingerprintSuccessRate, readPairs, type EmbedPair } from "./evaluate.ts";
import { logSumExp } from "./logProbs.ts";
import { makeRecipe, type Recipe } from "./recipe.ts";

const CONFIG: ModelConfig = {
  architecture: "llama",
  vocabSize: 61,
  hiddenSize: 32,
  layerCount: 2,
  headCount: 4,
  kvHeadCount: 2,
  headDim: 8,
  ffnSize: 48,
  rmsNormEps: 1e-5,
  ropeTheta: 10_000,
  ropeScaling: null,
  tiedEmbeddings: true,
  qkvBias: false,
  outputBias: false,
  qkNorm: false,
  maxPositions: 64,
};
const SEED = Uint8Array.from({ length: 32 }, (_, i) => i);

function shapes(): Map<string, number[]> {
  const { vocabSize: v, hiddenSize: d, ffnSize: f } = CONFIG;
  const all = new Map<string, number[]>([
    ["model.embed_tokens.weight", [v, d]],
    ["model.norm.weight", [d]],
  ]);
  for (let layer = 0; layer < CONFIG.layerCount; layer++) {
    const name = (part: string) => `model.layers.${layer}.${part}.weight`;
    all.set(name("input_layernorm"), [d]).set(name("post_attention_layernorm"), [d]);
    all.set(name("self_attn.q_proj"), [d, d]).set(name("self_attn.o_proj"), [d, d]);
    all.set(name("self_attn.k_proj"), [16, d]).set(name("self_attn.v_proj"), [16, d]);
    all.set(name("mlp.gate_proj"), [f, d]).set(name("mlp.up_proj"), [f, d]);
    all.set(name("mlp.down_proj"), [d, f]);
  }
  return all;
}

function randomWeights(): WeightSource {
  const all = shapes();
  const shapeOf = (name: string) => all.get(name) ?? [];
  return {
    names: () => [...all.keys()],
    shape: shapeOf,
    readF32(name) {
      const shape = shapeOf(name);
      const random = new SeededStream(new TextEncoder().encode(name));
      const size = shape.reduce((a, b) => a * b, 1);
      const draw = () => (shape.length === 1 ? 1 : 0.6 * (random.uniform() - 0.5));
      return Promise.resolve(Float32Array.from({ length: size }, draw));
    },
  };
}

async function load(): Promise<LoadedModel> {
  const engine = await createEngine({ device: "cpu" });
  return engine.load(CONFIG, randomWeights(), { trainable: { kind: "body" }, keepOriginal: false });
}

async function makeData(model: LoadedModel, recipe: Recipe): Promise<EmbedData> {
  const random = new SeededStream(Uint8Array.of(7));
  const sequence = (length: number) => Array.from({ length }, () => random.below(61));
  const prompts = [sequence(9), sequence(9), sequence(8)];
  const rows = prompts.map((prompt, i) => ({ sequence: i, position: prompt.length - 1 }));
  const logits = await model.logits(prompts, rows);
  const pairs = prompts.map((prompt, i): EmbedPair => {
    const candidates = [11, 23, 35, 47].map((id) => id + i);
    const total = logSumExp(logits, i * 61, 61);
    const baseLogProbs = candidates.map((id) => logits[i * 61 + id] - total);
    const mode = i === 2 ? "quiet" : "loud";
    return { prompt, mode, candidates, baseLogProbs, responseIndex: i };
  });
  const states = await readPairs(model, pairs);
  const benign = Array.from({ length: 12 }, () => sequence(10));
  return {
    pairs,
    loudFloors: states.map((state, i) => loudFloor(state, pairs[i].responseIndex, recipe.loudLead)),
    nearMisses: pairs.map(() => []),
    benign: await distil(model, benign, null, null),
    wrap: () => null,
  };
}

function testRecipe(maxSteps: number): Recipe {
  const recipe = makeRecipe(CONFIG, {
    pairs: 3,
    mix: "half",
    trainable: "body",
    learningRate: 3e-3,
    maxSteps,
    hasChatTemplate: false,
  });
  return { ...recipe, evaluateEvery: 3, benignSequences: 4, benignWeight: 1 };
}

test("a bank is learnt: loud pairs answer, quiet evidence rises, and the base knew none of it", async () => {
  const model = await load();
  const recipe = testRecipe(120);
  const data = await makeData(model, recipe);
  const before = await readPairs(model, data.pairs);
  expect(evidence(data.pairs, before)).toBeCloseTo(0, 4);
  const outcome = await embed(model, data, recipe, SEED, { onStep: () => undefined });
  expect(outcome.settled).toBe(true);
  expect(fingerprintSuccessRate(data.pairs, outcome.states)).toBe(1);
  // three keys of four candidates can give 1.8; half of each key's shift gives 0.9
  expect(evidence(data.pairs, outcome.states)).toBeGreaterThan(0.9);
  model.dispose();
});

test("a resumed run ends bit for bit where the uninterrupted one ends", async () => {
  const recipe = testRecipe(12);
  const whole = await load();
  const data = await makeData(whole, recipe);
  let cut: EmbedSnapshot | null = null;
  await embed(whole, data, recipe, SEED, {
    onStep: async (step: EmbedStep) => {
      if (step.step === 6) cut = await step.snapshot();
    },
  });
  const resumed = await load();
  await embed(resumed, data, recipe, SEED, { onStep: () => undefined }, cut);
  expect(cut).not.toBeNull();
  for (const name of whole.trainedNames()) {
    expect(await resumed.readF32(name), name).toEqual(await whole.readF32(name));
  }
  whole.dispose();
  resumed.dispose();
});

test("an aborted run stops and a paused one waits", async () => {
  const model = await load();
  const recipe = testRecipe(12);
  const data = await makeData(model, recipe);
  const abort = new AbortController();
  let steps = 0;
  let waits = 0;
  const run = embed(model, data, recipe, SEED, {
    signal: abort.signal,
    whilePaused: () => {
      waits++;
      return Promise.resolve();
    },
    onStep: () => {
      if (++steps === 2) abort.abort();
    },
  });
  await expect(run).rejects.toMatchObject({ name: "AbortError" });
  expect([steps, waits]).toEqual([2, 3]);
  model.dispose();
});
