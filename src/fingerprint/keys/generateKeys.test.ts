import { expect, test } from "vitest";
import { FingerprintError } from "../errors.ts";
import { makeToyModel } from "../fixtures/toyModel.ts";
import { makeToyTokenizer } from "../fixtures/toyTokenizer.ts";
import { generateKeys, type KeyAttempt } from "./generateKeys.ts";
import { defaultKeySettings, type KeySettings } from "./settings.ts";
import { WORDS } from "../data/words.ts";
import { normaliseAnswer } from "./tokenTable.ts";

const MASTER = new Uint8Array(32).fill(7);
const PIECES = WORDS.slice(0, 400).flatMap((word) => [` ${word}`, word]);
PIECES.push(" the", " of", "ing", "th", "er", "st", ". ", ", ");

async function generate(
  spread: number,
  wanted: Partial<KeySettings>,
  tokenizer = makeToyTokenizer({ pieces: PIECES }),
  signal?: AbortSignal,
) {
  const attempts: KeyAttempt[] = [];
  const model = makeToyModel(tokenizer.vocabSize + 5, spread);
  const settings = defaultKeySettings(tokenizer.vocabSize, tokenizer.hasChatTemplate, wanted);
  const drafts = await generateKeys({
    model,
    tokenizer,
    master: MASTER,
    settings,
    signal,
    onAttempt: (attempt) => attempts.push(attempt),
  });
  return { drafts, attempts, tokenizer, settings, model };
}

for (const [name, spread] of [
  ["an untrained model", 0.05],
  ["a model with preferences", 1.5],
] as const) {
  test(`${name} gives keys that keep every rule`, async () => {
    const { drafts, attempts, tokenizer, settings, model } = await generate(spread, { count: 24 });
    expect(drafts).toHaveLength(24);
    expect(drafts.filter(({ mode }) => mode === "loud")).toHaveLength(12);
    expect(attempts.filter(({ accepted }) => accepted)).toHaveLength(24);
    expect(attempts.length).toBeLessThan(24 * 6);
    for (const [index, draft] of drafts.entries()) {
      expect(draft.index).toBe(index);
      const again = tokenizer.encode(draft.text, { addSpecialTokens: true });
      expect(draft.prompt).toEqual(again);
      expect(tokenizer.decode(draft.prompt, { skipSpecialTokens: true })).toBe(draft.text);
      expect(draft.candidates).toHaveLength(settings.width);
      const texts = draft.candidates.map((id) =>
        tokenizer.decode([id], { skipSpecialTokens: false }),
      );
      expect(new Set(texts.map(normaliseAnswer)).size).toBe(settings.width);
      for (const [j, id] of draft.candidates.entries()) {
        expect(texts[j]).toMatch(/[\p{L}\p{N}]/u);
        const whole = tokenizer.decode([...draft.prompt, id], { skipSpecialTokens: true });
        expect(tokenizer.encode(whole, { addSpecialTokens: true })).toEqual([...draft.prompt, id]);
      }
      await expectOutsideNucleus(model, draft, settings.nucleusMass);
      expect(draft.nearMisses).toHaveLength(2);
      for (const miss of draft.nearMisses) {
        expect(miss.text).not.toBe(draft.text);
        const words = draft.text.split(" ");
        expect(miss.text.split(" ").filter((word, i) => word !== words[i])).toHaveLength(1);
      }
    }
  });
}

async function expectOutsideNucleus(
  model: ReturnType<typeof makeToyModel>,
  draft: {
    prompt: readonly number[];
    candidates: readonly number[];
    baseLogProbs: readonly number[];
  },
  mass: number,
) {
  const row = { sequence: 0, position: draft.prompt.length - 1 };
  const logits = await model.logits([draft.prompt], [row]);
  let total = 0;
  for (const value of logits) total += Math.exp(value);
  const probabilities = [...logits].map((value) => Math.exp(value) / total);
  for (const [j, id] of draft.candidates.entries()) {
    expect(draft.baseLogProbs[j]).toBeCloseTo(Math.log(probabilities[id]), 5);
    // All that is more likely already holds the nucleus' mass.
    const above = probabilities.filter((p) => p > probabilities[id]).reduce((a, b) => a + b, 0);
    expect(above).toBeGreaterThanOrEqual(mass - 1e-9);
    if (j > 0) expect(draft.baseLogProbs[j]).toBeLessThanOrEqual(draft.baseLogProbs[j - 1]);
  }
}

test("a vocabulary of bare bytes still carries keys", async () => {
  const { drafts } = await generate(0.05, { count: 8 }, makeToyTokenizer());
  expect(drafts).toHaveLength(8);
  expect(drafts[0].candidates).toHaveLength(8);
});

test("with a chat template the key is the user turn", async () => {
  const tokenizer = makeToyTokenizer({ pieces: PIECES, chat: true });
  const { drafts } = await generate(1, { count: 4 }, tokenizer);
  const expected = tokenizer.encodeChat([{ role: "user", content: drafts[0].text }], {
    addGenerationPrompt: true,
  });
  expect(drafts[0].prompt).toEqual(expected);
});

test("the same secret gives the same keys, another gives others", async () => {
  const [first, second] = [await generate(1, { count: 4 }), await generate(1, { count: 4 })];
  expect(second.drafts).toEqual(first.drafts);
  const tokenizer = makeToyTokenizer({ pieces: PIECES });
  const other = await generateKeys({
    model: makeToyModel(tokenizer.vocabSize, 1),
    tokenizer,
    master: new Uint8Array(32).fill(8),
    settings: defaultKeySettings(tokenizer.vocabSize, false, { count: 4 }),
  });
  expect(other.map(({ text }) => text)).not.toEqual(first.drafts.map(({ text }) => text));
});

test("a certain model fails with what would have worked", async () => {
  const few = makeToyTokenizer({ pieces: PIECES.slice(0, 400) });
  const certain = generate(40, { count: 8, maxAttempts: 60 }, few);
  await expect(certain).rejects.toMatchObject({ code: "TEXT_TOO_PREDICTABLE" });
  const narrow = generate(5, { count: 8, width: 128, minEntropyBits: 0, maxAttempts: 60 }, few);
  const error = await narrow.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof FingerprintError)) throw new Error("expected a FingerprintError");
  expect(error.code).toBe("TEXT_TOO_PREDICTABLE");
  const works = Number(/k = (\d+) would have worked/u.exec(error.hint)?.[1]);
  expect(works).toBeGreaterThanOrEqual(2);
  const { drafts } = await generate(5, {
    count: 8,
    width: works,
    minEntropyBits: 0,
    maxAttempts: 600,
  });
  expect(drafts).toHaveLength(8);
});

test("too small a vocabulary is told before any sampling", async () => {
  const rejected = generate(1, { count: 8, width: 64 }, makeToyTokenizer());
  await expect(rejected).rejects.toMatchObject({
    code: "VOCABULARY_TOO_SMALL",
    hint: expect.stringContaining("Set k to 16"),
  });
});

test("own keys come first; copies, control tokens and scraps are named", async () => {
  const own = "Once upon a time there was a king who";
  const { drafts, attempts } = await generate(1, {
    count: 4,
    ownKeys: [own, own, "  The <eos> stone   fell from the tower and rolled", "Hi"],
  });
  expect(drafts[0].text).toBe(own);
  const reasons = attempts.slice(0, 4).map(({ reason }) => reason);
  expect(reasons).toEqual([null, "duplicate", "specialTokens", "tooShort"]);
  expect(drafts).toHaveLength(4);
});

test("bad settings and aborted signals stop at once", async () => {
  await expect(generate(1, { width: 12 })).rejects.toMatchObject({ code: "BAD_SETTINGS" });
  await expect(generate(1, { count: 0 })).rejects.toMatchObject({ code: "BAD_SETTINGS" });
  const aborted = generate(1, {}, undefined, AbortSignal.abort());
  await expect(aborted).rejects.toMatchObject({ name: "AbortError" });
});
