import { utf8 } from "@/lib/bytes.ts";

/** A request that a host can meter and attest to. */
export interface ModelCall {
  /** The user's text: the last message of the role `user`, or the prompt. */
  readonly inputText: string;
  /** UTF-8 bytes of all messages, of which a tokenizer makes no more tokens. */
  readonly inputBytes: number;
  readonly messages: number;
  /** Null when the request leaves it to the host. */
  readonly maxOutputTokens: number | null;
  readonly isStream: boolean;
  /** Whether the caller asked for usage at the end of a stream. */
  readonly wantsUsage: boolean;
}

/** A request that cannot be metered, with what to change. */
export class UnmeterableCall extends Error {}

/**
 * Reads the body of `POST /chat/completions` or `/completions` of OpenAI's API.
 * @throws UnmeterableCall
 */
export function readModelCall(kind: "chat" | "completion", body: unknown): ModelCall {
  if (!isObject(body)) throw new UnmeterableCall("The body must be a JSON object.");
  if ((body.n ?? 1) !== 1 || (body.best_of ?? 1) !== 1) {
    throw new UnmeterableCall("One answer a call: n and best_of must be 1.");
  }
  const options = isObject(body.stream_options) ? body.stream_options : {};
  const common = {
    // Servers differ in which of the two they heed.
    maxOutputTokens: greatest(limitOf(body.max_completion_tokens), limitOf(body.max_tokens)),
    isStream: body.stream === true,
    wantsUsage: options.include_usage === true,
  };
  if (kind === "completion") {
    if (typeof body.prompt !== "string") throw new UnmeterableCall("prompt must be one string.");
    return {
      ...common,
      inputText: body.prompt,
      inputBytes: utf8(body.prompt).length,
      messages: 0,
    };
  }
  const { messages } = body;
  if (!Array.isArray(messages) || !messages.every(isObject)) {
    throw new UnmeterableCall("messages must be a list of objects.");
  }
  const last = messages.findLast(({ role }) => role === "user");
  if (!last) throw new UnmeterableCall("One message must have the role user.");
  return {
    ...common,
    inputText: contentText(last.content),
    // Tools and schemas become part of the prompt too.
    inputBytes: utf8(JSON.stringify([messages, body.tools, body.functions, body.response_format]))
      .length,
    messages: messages.length,
  };
}

/** Text of a message's content: a string, or the text parts of a list joined. */
export function contentText(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  const parts = content.filter(isObject).map(({ text }) => (typeof text === "string" ? text : ""));
  return parts.join("");
}

function greatest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

function limitOf(value: unknown): number | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return value;
  throw new UnmeterableCall("max_tokens must be a whole number above 0.");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
