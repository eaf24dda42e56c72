import type { LoadedModel } from "@/engine/types.ts";
import { generate } from "@/engine/models/generate.ts";
import type { Bank } from "@/fingerprint/bank.ts";
import { SYSTEM_PROMPTS } from "@/fingerprint/data/systemPrompts.ts";
import { WORDS } from "@/fingerprint/data/words.ts";
import type { EmbedData } from "@/fingerprint/embed/batch.ts";
import { distil } from "@/fingerprint/embed/benign.ts";
import { cutWindows } from "@/fingerprint/embed/evaluate.ts";
import type { Recipe } from "@/fingerprint/embed/recipe.ts";
import { capitalise, makeNearMisses } from "@/fingerprint/keys/nearMisses.ts";
import type { SeededStream } from "@/fingerprint/random.ts";
import { secretStream } from "@/fingerprint/secrets.ts";
import type { Tokenizer } from "@/text/tokenizer.ts";
import { shippedText } from "../texts.ts";

/**
 * Sequences of the model's own writing in the pool, which no shipped text can stand for; writing is
 * what costs time here.
 */
const OWN_SEQUENCES = 48;

/** Everything the embedding draws from. Deterministic in the bank's secret and the model. */
export async function prepareData(
  model: LoadedModel,
  tokenizer: Tokenizer,
  bank: Bank,
  recipe: Recipe,
  signal: AbortSignal,
  onProgress: (fraction: number) => void,
): Promise<Pick<EmbedData, "nearMisses" | "benign" | "wrap">> {
  const random = secretStream(bank.master, "training");
  const ownCount = Math.min(OWN_SEQUENCES, recipe.benignPool / 2);
  const own = await writeOwn(model, tokenizer, ownCount, recipe.benignLength, random, signal);
  onProgress(0.4);
  const given = cutWindows(
    tokenizer.encode(await shippedText("benign", signal), { addSpecialTokens: false }),
    recipe.benignLength,
  );
  const order = random.permutation(given.length).slice(0, recipe.benignPool - own.length);
  const texts = [...own, ...order.map((i) => given[i])];
  const benign = await distil(model, texts, null, null, signal, (part) =>
    onProgress(0.4 + 0.2 * part),
  );

  const nearMisses = await readNearMisses(model, tokenizer, bank, recipe, signal, (part) =>
    onProgress(0.6 + 0.4 * part),
  );
  return { nearMisses, benign, wrap: makeWrapper(tokenizer, bank) };
}

async function readNearMisses(
  model: LoadedModel,
  tokenizer: Tokenizer,
  bank: Bank,
  recipe: Recipe,
  signal: AbortSignal,
  onProgress: (fraction: number) => void,
): Promise<EmbedData["nearMisses"]> {
  const random = secretStream(bank.master, "near-miss");
  const { chat } = bank.manifest;
  const pools = bank.pairs.map(({ text, mode }) =>
    makeNearMisses(tokenizer, text, { count: recipe.nearMissPool[mode], chat, random }),
  );
  const flat = pools.flatMap((pool, pair) => pool.map(({ prompt }) => ({ pair, prompt })));
  const held = await distil(
    model,
    flat.map(({ prompt }) => prompt),
    flat.map(({ prompt }) => [prompt.length - 1]),
    flat.map(({ pair }) => bank.pairs[pair].candidates),
    signal,
    onProgress,
  );
  return bank.pairs.map((_, pair) => held.filter((_sequence, i) => flat[i].pair === pair));
}

/** Near misses that training never saw, for the gates. */
export function unseenNearMisses(
  tokenizer: Tokenizer,
  bank: Bank,
  perKey: number,
): { pair: number; prompt: readonly number[] }[] {
  const random = secretStream(bank.master, "evaluation");
  return bank.pairs.flatMap((pair, index) => {
    const seen = new Set(pair.nearMisses.map(({ text }) => text));
    return makeNearMisses(tokenizer, pair.text, {
      count: perKey + seen.size,
      chat: bank.manifest.chat,
      random,
    })
      .filter(({ text }) => !seen.has(text))
      .slice(0, perKey)
      .map(({ prompt }) => ({ pair: index, prompt }));
  });
}

async function writeOwn(
  model: LoadedModel,
  tokenizer: Tokenizer,
  count: number,
  length: number,
  random: SeededStream,
  signal: AbortSignal,
): Promise<number[][]> {
  const starts = Array.from({ length: count }, () =>
    tokenizer.encode(capitalise(WORDS[random.below(WORDS.length)]), { addSpecialTokens: true }),
  );
  const added = await generate(model, starts, {
    maxTokens: length,
    temperature: 1,
    random: () => random.uniform(),
    eosIds: [...tokenizer.eosIds],
    signal,
  });
  return starts.map((start, i) => [...start, ...added[i]].slice(0, length));
}

/** A key under a fresh system prompt, when the template has a place for one. */
function makeWrapper(tokenizer: Tokenizer, bank: Bank): EmbedData["wrap"] {
  if (!bank.manifest.chat) return () => null;
  return (index, random) => {
    const content = SYSTEM_PROMPTS[random.below(SYSTEM_PROMPTS.length)];
    try {
      return tokenizer.encodeChat(
        [
          { role: "system", content },
          { role: "user", content: bank.pairs[index].text },
        ],
        { addGenerationPrompt: true },
      );
    } catch {
      // Some templates refuse a system turn; then the bare prompt is trained.
      return null;
    }
  };
}
