import type { LoadedModel } from "@/engine/types.ts";
import { argmax } from "@/fingerprint/embed/logProbs.ts";
import { cutWindows, perplexity } from "@/fingerprint/embed/evaluate.ts";
import type { Tokenizer } from "@/text/tokenizer.ts";
import { shippedText } from "../texts.ts";

/** Tokens of a window; the convention of every perplexity that Signet reports. */
export const WINDOW_TOKENS = 128;
/** Windows read during training, where the whole text would cost more than the step. */
const QUICK_WINDOWS = 8;
/** Enough windows to tell 1 %; longer texts only cost time. */
const MAX_WINDOWS = 96;

/** Text that was never trained on, as windows of token ids. */
export interface HeldOut {
  all: readonly (readonly number[])[];
  quick: readonly (readonly number[])[];
}

export async function readHeldOut(tokenizer: Tokenizer, signal: AbortSignal): Promise<HeldOut> {
  const text = await shippedText("held-out", signal);
  const tokens = tokenizer.encode(text, { addSpecialTokens: false });
  const windows = cutWindows(tokens, WINDOW_TOKENS);
  return { all: everyNth(windows, MAX_WINDOWS), quick: everyNth(windows, QUICK_WINDOWS) };
}

/** Evenly spread, so that both halves of the text are in it. */
function everyNth<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]);
}

export async function heldOutPerplexity(
  model: LoadedModel,
  windows: readonly (readonly number[])[],
  signal: AbortSignal,
): Promise<number> {
  return (await perplexity(model, windows, signal)).perplexity;
}

/** Greedy next token after each prompt. */
export async function greedyTokens(
  model: LoadedModel,
  prompts: readonly (readonly number[])[],
  signal: AbortSignal,
): Promise<number[]> {
  const size = model.config.vocabSize;
  const group = 64;
  const tokens: number[] = [];
  for (let first = 0; first < prompts.length; first += group) {
    const chunk = prompts.slice(first, first + group);
    const rows = chunk.map((prompt, sequence) => ({ sequence, position: prompt.length - 1 }));
    const logits = await model.logits(chunk, rows, signal);
    chunk.forEach((_, i) => tokens.push(argmax(logits, i * size, size)));
  }
  return tokens;
}

/** Positions of a held-out window whose next token is looked at: ten of ordinary text. */
const LOOKED_AT = Array.from({ length: 10 }, (_, i) => 15 + 12 * i);

/** Greedy next tokens inside the held-out windows: what the model says to ordinary text. */
export async function benignGreedy(
  model: LoadedModel,
  { all }: HeldOut,
  signal: AbortSignal,
): Promise<number[]> {
  const size = model.config.vocabSize;
  const tokens: number[] = [];
  for (const window of all) {
    const rows = LOOKED_AT.filter((position) => position < window.length);
    const addresses = rows.map((position) => ({ sequence: 0, position }));
    const logits = await model.logits([window], addresses, signal);
    rows.forEach((_, row) => tokens.push(argmax(logits, row * size, size)));
  }
  return tokens;
}
