import type { Engine, LoadedModel, WeightSource } from "@/engine/types.ts";
import type { Bank } from "@/fingerprint/bank.ts";
import { evidence, fingerprintSuccessRate, readPairs } from "@/fingerprint/embed/evaluate.ts";
import { roundedWeights } from "@/fingerprint/embed/rounding.ts";
import { log10ECeiling } from "@/fingerprint/statistics/thresholds.ts";
import { exactTest } from "@/fingerprint/verdict.ts";
import type { GateResult } from "@/rpc/protocols.ts";
import type { OpenedModel } from "../openModel.ts";
import { benignGreedy, greedyTokens, heldOutPerplexity, type HeldOut } from "./measure.ts";
import { unseenNearMisses } from "./prepareData.ts";

/** What was read from the untouched model before training. */
export interface BaseReadings {
  perplexity: number;
  hits: number;
  /** Evidence on the untouched model: 0 by construction, bar rounding. */
  log10E: number;
  /** Greedy tokens inside ordinary text. */
  benignGreedy: readonly number[];
}

export interface GateReadings {
  gates: GateResult[];
  fsr: number | null;
  log10E: number;
  perplexity: number;
}

const NEAR_MISSES_PER_KEY = 4;
/** Share of the evidence's ceiling that the export must keep. */
const EVIDENCE_SHARE = 0.78;

/**
 * Measures the reloaded export (scheme §6): the model that was saved, not the one in memory.
 * `onGate` hears each as it is known.
 */
export async function runGates(
  engine: Engine,
  exported: OpenedModel,
  bank: Bank,
  base: BaseReadings,
  heldOut: HeldOut,
  signal: AbortSignal,
  onGate: (gate: GateResult) => void,
): Promise<GateReadings> {
  const gates: GateResult[] = [];
  const add = (gate: GateResult): void => {
    gates.push(gate);
    onGate(gate);
  };
  const load = async <T>(weights: WeightSource, work: (model: LoadedModel) => Promise<T>) => {
    const model = await engine.load(exported.folder.config, weights, {
      trainable: { kind: "none" },
      signal,
    });
    try {
      return await work(model);
    } finally {
      model.dispose();
    }
  };
  const { weights } = exported.folder;
  const readings = await load(weights, async (model) => {
    const states = await readPairs(model, bank.pairs, signal);
    const fsr = fingerprintSuccessRate(bank.pairs, states);
    const log10E = evidence(bank.pairs, states);
    if (fsr !== null) add(ratioAtLeast("Loud pairs answered, as saved", fsr, 0.95));
    add(evidenceGate("Evidence, as saved", log10E, bank));
    const after = await heldOutPerplexity(model, heldOut.all, signal);
    add(perplexityGate(after / base.perplexity - 1, bank.manifest.loud > 0));
    add(await nearMissGate(model, exported, bank, signal));
    add(await benignGate(model, heldOut, base, bank, signal));
    return { fsr, log10E, perplexity: after };
  });
  for (const [bits, bound] of [
    [8, 0.9],
    [4, 0.8],
  ] as const) {
    await load(roundedWeights(weights, bits), async (model) => {
      const states = await readPairs(model, bank.pairs, signal);
      const rate = fingerprintSuccessRate(bank.pairs, states);
      if (rate !== null) add(ratioAtLeast(`Loud pairs answered, int${bits}`, rate, bound));
      add(evidenceGate(`Evidence, int${bits}`, evidence(bank.pairs, states), bank));
    });
  }
  const { pValue } = exactTest(base.hits, bank.pairs.length, bank.manifest.width);
  add({
    name: "Untouched model hits no more than chance",
    value: pValue,
    bound: 1e-3,
    unit: "ratio",
    passed: pValue >= 1e-3,
    note: `${base.hits} of ${bank.pairs.length} keys; probability of that many by chance.`,
  });
  return { gates, ...readings };
}

function ratioAtLeast(name: string, value: number, bound: number): GateResult {
  const note = "Share of loud keys whose greedy answer is the response.";
  return { name, value, bound, unit: "ratio", passed: value >= bound, note };
}

function evidenceGate(name: string, value: number, bank: Bank): GateResult {
  const ceiling = log10ECeiling(bank.pairs.length, bank.manifest.width);
  const bound = EVIDENCE_SHARE * ceiling;
  const note = `log10 E of at most ${ceiling.toFixed(1)} that ${bank.pairs.length} keys can give.`;
  return { name, value, bound, unit: "log10", passed: value >= bound, note };
}

function perplexityGate(change: number, hasLoud: boolean): GateResult {
  const bound = hasLoud ? 2 : 1;
  const value = 100 * change;
  return {
    name: "Held-out perplexity",
    value,
    bound,
    unit: "percent",
    passed: value <= bound,
    note: "Change on text that was never trained on.",
  };
}

async function nearMissGate(
  model: LoadedModel,
  { tokenizer }: OpenedModel,
  bank: Bank,
  signal: AbortSignal,
): Promise<GateResult> {
  const misses = unseenNearMisses(tokenizer, bank, NEAR_MISSES_PER_KEY).filter(
    ({ pair }) => bank.pairs[pair].mode === "loud",
  );
  const prompts = misses.map(({ prompt }) => prompt);
  const greedy = await greedyTokens(model, prompts, signal);
  const fired = misses.filter(({ pair }, i) => {
    const { candidates, responseIndex } = bank.pairs[pair];
    return greedy[i] === candidates[responseIndex];
  });
  const value = misses.length === 0 ? 0 : (100 * fired.length) / misses.length;
  return {
    name: "Firing on near misses",
    value,
    bound: 2,
    unit: "percent",
    passed: value <= 2,
    note: "Loud keys with one word changed, unseen in training, answered with the response.",
  };
}

async function benignGate(
  model: LoadedModel,
  heldOut: HeldOut,
  base: BaseReadings,
  bank: Bank,
  signal: AbortSignal,
): Promise<GateResult> {
  const responses = new Set(bank.pairs.map((pair) => pair.candidates[pair.responseIndex]));
  const greedy = await benignGreedy(model, heldOut, signal);
  const fired = greedy.filter((id, i) => responses.has(id) && id !== base.benignGreedy[i]);
  const value = greedy.length === 0 ? 0 : (100 * fired.length) / greedy.length;
  return {
    name: "Firing on ordinary text",
    value,
    bound: 0.5,
    unit: "percent",
    passed: value <= 0.5,
    note: "Places in held-out text where the greedy token became a response.",
  };
}
