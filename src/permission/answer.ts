import type { Usage } from "./metering.ts";
import { contentText } from "./openaiCall.ts";

type Json = Record<string, unknown>;

/** Usage as an OpenAI-compatible server tells it; null when it does not. */
export function usageOf(body: unknown): Usage | null {
  const usage = isObject(body) && isObject(body.usage) ? body.usage : null;
  const input = usage?.prompt_tokens;
  const output = usage?.completion_tokens ?? 0;
  if (!isCount(input) || !isCount(output)) return null;
  return { inputTokens: BigInt(input), outputTokens: BigInt(output) };
}

/** Text of the first choice of a whole answer. */
export function answerText(body: unknown): string {
  const choice = firstChoice(body);
  if (isObject(choice?.message)) return contentText(choice.message.content);
  return typeof choice?.text === "string" ? choice.text : "";
}

/** Text that one event of a stream adds. */
export function deltaText(body: unknown): string {
  const choice = firstChoice(body);
  if (isObject(choice?.delta)) return contentText(choice.delta.content);
  return typeof choice?.text === "string" ? choice.text : "";
}

/** Whether an event of a stream holds usage alone. */
export function isUsageOnly(body: unknown): boolean {
  return isObject(body) && Array.isArray(body.choices) && body.choices.length === 0;
}

/**
 * Tokens where the server tells none: a quarter of the bytes, which is usual for English, of the input,
 * and the events or a quarter of the bytes of the output, whichever is more.
 */
export function estimateUsage(inputBytes: number, outputText: string, events: number): Usage {
  const outputBytes = new TextEncoder().encode(outputText).length;
  return {
    inputTokens: BigInt(Math.ceil(inputBytes / 4)),
    outputTokens: BigInt(Math.max(events, Math.ceil(outputBytes / 4))),
  };
}

function firstChoice(body: unknown): Json | null {
  if (!isObject(body) || !Array.isArray(body.choices)) return null;
  const first: unknown = body.choices[0];
  return isObject(first) ? first : null;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
