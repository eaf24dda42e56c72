import { expect, test } from "vitest";
import { judge, countHits } from "./audit.ts";
import { compareDevices, confirmVerdict, needsCpuConfirmation } from "./cpuConfirmation.ts";
import { auditToy } from "./fixtures/audit.ts";
import { codeOf } from "./fixtures/thrown.ts";
import { embedToy, makeToyBank } from "./fixtures/toyBank.ts";
import { makeToyTokenizer } from "./fixtures/toyTokenizer.ts";
import { makeToyModel } from "./fixtures/toyModel.ts";
import { observe, type Observation } from "./observe.ts";
import { firstPairs, testSetOf } from "./testSet.ts";
import { diagnoseTokenizer } from "./tokenizerCheck.ts";
import { judgeEvidence, type KeyEvidence } from "./verdict.ts";
import { explainVerdict } from "./verdictText.ts";

test("an embedded model is proven, the base model is not", async () => {
  const toy = await makeToyBank({ count: 16 }, { bound: true });
  const base = await auditToy(toy);
  expect(base.verdict.word).toBe("No evidence");
  // With w = 1 throughout, every factor of the logit process is exactly 1.
  expect(base.verdict.log10E).toBeCloseTo(0, 4);
  expect(base.verdict.fsr).toBe(0);
  expect(countHits(base.set, base.observations)).toBe(0);

  embedToy(toy);
  const { verdict, set, observations } = await auditToy(toy);
  expect(verdict.word).toBe("Proven");
  expect(verdict.primary).toBe("logit");
  expect(verdict.fsr).toBe(1);
  expect(verdict.statistics.exact.hits).toBe(8);
  // 16 keys of 8 candidates can give 8^16; a lift of 2.5 nats leaves little of it out.
  expect(verdict.ceiling).toBeCloseTo(16 * Math.log10(8), 12);
  expect(verdict.log10E).toBeGreaterThan(13);
  expect(verdict.log10E).toBeLessThan(verdict.ceiling);
  expect(verdict.statistics.logit?.path).toHaveLength(16);
  expect(verdict.provenAfter).toBeLessThan(8);
  expect(verdict.keys.every(({ shiftRank }) => shiftRank === 0)).toBe(true);
  expect(verdict.keys.map(({ index }) => index)).not.toEqual(verdict.keys.map((_, i) => i));
  expect(countHits(set, observations)).toBe(8);
});

test("unbound banks need 2^40 times the evidence, more owners more again", async () => {
  const toy = await makeToyBank({ count: 16 });
  embedToy(toy);
  const { verdict, set, observations } = await auditToy(toy);
  expect(verdict.bound).toBe(false);
  expect(verdict.thresholds.proven).toBeCloseTo(4 + Math.log10(2 ** 40), 12);
  expect(verdict.word).toBe("Inconclusive");
  expect(explainVerdict(verdict).join(" ")).toMatch(/unbound.*2\^40.*/u);
  expect(explainVerdict(verdict).join(" ")).toMatch(/too few/u);
  expect(explainVerdict(verdict).join(" ")).toMatch(/In bound mode .* "Proven"/u);
  const shared = judge(set, observations, { owners: 1000 });
  expect(shared.thresholds.proven).toBeCloseTo(7 + Math.log10(2 ** 40), 12);
});

const key = (hit: boolean, suspect: number[] | null = null): KeyEvidence => ({
  index: 0,
  mode: "loud",
  responseIndex: 1,
  baseLogProbs: [-5, -5, -6, -6],
  suspectLogProbs: suspect,
  hit,
});

test("statistics by hand", () => {
  const one = judgeEvidence([key(true, [-5, -4, -6, -7])], { width: 4, bound: true });
  // Shifts 0, 1, 0, −1: e(τ) = 4 e^τ / (2 + e^τ + e^−τ).
  const e = (tau: number) => (4 * Math.exp(tau)) / (2 + Math.exp(tau) + Math.exp(-tau));
  expect(one.statistics.logit?.log10E).toBeCloseTo(Math.log10((e(0.5) + e(1) + e(2)) / 3), 12);
  // Hits: 1 + b·3 for b = 0.25, 0.5, 0.75, 0.95, averaged.
  const hit = Math.log10((1.75 + 2.5 + 3.25 + 3.85) / 4);
  expect(one.statistics.text.log10E).toBeCloseTo(hit, 12);
  expect(one.statistics.forcedChoice?.log10E).toBeCloseTo(hit, 12);
  expect(one.statistics.exact.pValue).toBeCloseTo(0.25, 12);
  expect(one.keys[0]).toMatchObject({ rank: 0, shiftRank: 0, shift: 1 });

  const missed = judgeEvidence([key(true), key(false)], { width: 4, bound: true });
  expect(missed.primary).toBe("text");
  const product = (1.75 * 0.75 + 2.5 * 0.5 + 3.25 * 0.25 + 3.85 * 0.05) / 4;
  expect(missed.log10E).toBeCloseTo(Math.log10(product), 12);
  expect(missed.statistics.exact.pValue).toBeCloseTo(1 - 0.75 ** 2, 12);
  expect(missed.statistics.logit).toBeNull();
});

test("a tie at the top is no forced choice", () => {
  const tied = judgeEvidence([key(false, [-4, -4, -6, -7])], { width: 4, bound: true });
  expect(tied.statistics.exactForcedChoice?.hits).toBe(0);
});

test("broken logits stop the run", async () => {
  const toy = await makeToyBank({ count: 3 });
  const set = testSetOf(toy.bank);
  const width = toy.tokenizer.vocabSize;
  const answer = (fill: (out: Float32Array) => void) => ({
    logits: (_sequences: unknown, rows: readonly unknown[]) => {
      const out = new Float32Array(rows.length * width).fill(1);
      fill(out);
      return Promise.resolve(out);
    },
  });
  const code = (fill: (out: Float32Array) => void) => codeOf(() => observe(answer(fill), set));
  expect(await code((out) => (out[width + 3] = Number.NaN))).toBe("LOGITS_NOT_FINITE");
  expect(await code((out) => (out[5] = Infinity))).toBe("LOGITS_NOT_FINITE");
  expect(await code((out) => out.fill(0, 2 * width))).toBe("LOGITS_ALL_ZERO");
  const small = makeToyModel(100, 1);
  expect(await codeOf(() => observe(small, set))).toBe("VOCABULARY_MISMATCH");
  const aborted = observe(toy.model, set, { signal: AbortSignal.abort() });
  await expect(aborted).rejects.toMatchObject({ name: "AbortError" });
});

test("observations come one by one in the order that counts", async () => {
  const toy = await makeToyBank({ count: 5 });
  const set = testSetOf(toy.bank);
  const seen: number[] = [];
  await observe(toy.model, set, {
    batchKeys: 2,
    onObservation: ({ index }, done, total) => {
      seen.push(index);
      expect([done, total]).toEqual([seen.length, 5]);
    },
  });
  expect(seen).toEqual(set.pairs.map(({ index }) => index));
  expect(seen.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
});

test("a foreign tokenizer is a diagnosis, an equal one under another hash is not", async () => {
  const { bank, tokenizer } = await makeToyBank({ count: 4 });
  const set = testSetOf(bank);
  expect(diagnoseTokenizer(set, tokenizer)).toEqual({ tokenizer: "same", template: "unused" });
  const renamed = { ...tokenizer, hash: "resaved" };
  expect(diagnoseTokenizer(set, renamed).tokenizer).toBe("equivalent");
  const foreign = makeToyTokenizer({
    pieces: [" of", " the", "ing", " a", " in"],
    hash: "foreign",
  });
  expect(await codeOf(() => diagnoseTokenizer(set, foreign))).toBe("TOKENIZER_MISMATCH");
  expect(diagnoseTokenizer(set, null).tokenizer).toBe("unknown");
});

test("another chat template is reported, and stops only what is sent as text", async () => {
  const { bank, tokenizer } = await makeToyBank({ count: 3 });
  const chat = makeToyTokenizer({ chat: true, hash: tokenizer.hash });
  const set = { ...testSetOf(bank), manifest: { ...bank.manifest, chat: true, templateHash: "x" } };
  expect(diagnoseTokenizer(set, chat)).toEqual({ tokenizer: "same", template: "different" });
  expect(await codeOf(() => diagnoseTokenizer(set, chat, true))).toBe("TEMPLATE_MISMATCH");
});

test("a negative GPU verdict stands only when the processor agrees", async () => {
  const toy = await makeToyBank({ count: 6 }, { bound: true });
  const { set, observations, verdict } = await auditToy(toy);
  expect(verdict.word).toBe("No evidence");
  const gpu = { kind: "webgpu" } as const;
  expect(needsCpuConfirmation(verdict, gpu)).toBe(true);
  expect(needsCpuConfirmation(verdict, { kind: "cpu" })).toBe(false);
  expect(needsCpuConfirmation({ word: "Proven" }, gpu)).toBe(false);
  expect(confirmVerdict(verdict, gpu, null).word).toBe("Inconclusive");

  const cpu = await observe(toy.model, firstPairs(set, 3));
  const agreement = compareDevices(observations, cpu);
  expect(agreement).toMatchObject({ agrees: true, keys: 3 });
  expect(confirmVerdict(verdict, gpu, agreement).word).toBe("No evidence");

  const off = cpu.map((seen): Observation => ({
    ...seen,
    candidateLogProbs: seen.candidateLogProbs.map((value, j) => value + (j === 2 ? 0.3 : 0)),
  }));
  const differs = compareDevices(observations, off);
  expect(differs.agrees).toBe(false);
  expect(confirmVerdict(verdict, gpu, differs).word).toBe("Inconclusive");
  expect(compareDevices(observations, []).agrees).toBe(false);
});
