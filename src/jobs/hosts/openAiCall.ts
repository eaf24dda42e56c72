import type { NamedToken } from "@/fingerprint/prover/answers.ts";

export type HostRoute = "completions" | "chat";

/** How a host is asked. */
export interface HostManner {
  route: HostRoute;
  /** Most likely tokens to list; 0 for none. */
  listed: number;
}

export const ROUTE_PATHS: Record<HostRoute, string> = {
  completions: "/v1/completions",
  chat: "/v1/chat/completions",
};

/** One greedy token after a text, in OpenAI's API; the text goes out exactly as it is. */
export function requestBody(text: string, model: string | null, manner: HostManner): string {
  const common = { ...(model === null ? {} : { model }), max_tokens: 1, temperature: 0 };
  const { listed } = manner;
  if (manner.route === "completions") {
    return JSON.stringify({ ...common, prompt: text, ...(listed > 0 ? { logprobs: listed } : {}) });
  }
  return JSON.stringify({
    ...common,
    messages: [{ role: "user", content: text }],
    ...(listed > 0 ? { logprobs: true, top_logprobs: listed } : {}),
  });
}

/** What was said: the token's text, and the list of most likely ones where there is one. */
export interface SaidToken {
  text: string;
  listed: NamedToken[] | null;
}

/** @returns null when the body is no answer of OpenAI's API */
export function readAnswer(body: string, route: HostRoute): SaidToken | null {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return null;
  }
  const choice = isObject(value) && Array.isArray(value.choices) ? value.choices[0] : null;
  if (!isObject(choice)) return null;
  const text = route === "completions" ? choice.text : messageText(choice.message);
  // A model that ends at once may say nothing at all.
  if (text !== null && text !== undefined && typeof text !== "string") return null;
  if (route === "completions" && typeof text !== "string") return null;
  return { text: text ?? "", listed: listedTokens(choice.logprobs) };
}

/** Ids of `GET /v1/models`. */
export function readModels(body: string): string[] {
  try {
    const value: unknown = JSON.parse(body);
    const data = isObject(value) && Array.isArray(value.data) ? value.data : [];
    return data
      .map((one: unknown) => (isObject(one) && typeof one.id === "string" ? one.id : ""))
      .filter((id) => id !== "" && id.length <= 500);
  } catch {
    return [];
  }
}

function messageText(message: unknown): unknown {
  return isObject(message) ? (message.content ?? null) : undefined;
}

/** Either of the two forms: `top_logprobs` of completions, `content` of chats (and of llama.cpp). */
function listedTokens(logProbs: unknown): NamedToken[] | null {
  if (!isObject(logProbs)) return null;
  if (Array.isArray(logProbs.top_logprobs)) {
    const first: unknown = logProbs.top_logprobs[0];
    if (!isObject(first)) return null;
    return usable(Object.entries(first));
  }
  if (Array.isArray(logProbs.content)) {
    const first: unknown = logProbs.content[0];
    if (!isObject(first) || !Array.isArray(first.top_logprobs)) return null;
    return usable(
      first.top_logprobs.filter(isObject).map(({ token, logprob }) => [token, logprob] as const),
    );
  }
  return null;
}

/** Hosts write -9999 or null for what they do not know. */
function usable(entries: readonly (readonly [unknown, unknown])[]): NamedToken[] | null {
  const tokens: NamedToken[] = [];
  for (const [text, logProb] of entries) {
    if (typeof text !== "string" || typeof logProb !== "number") continue;
    if (logProb <= 1e-6 && logProb > -1_000) tokens.push({ text, logProb });
  }
  return tokens.length === 0 ? null : tokens;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
