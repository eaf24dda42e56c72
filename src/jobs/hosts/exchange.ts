import { isAbort, throwIfAborted } from "@/lib/errors.ts";
import { fetchFromHost } from "@/lib/sentBytes.ts";
import { MAX_ANSWER_CHARS, type TranscriptCall } from "@/fingerprint/prover/transcript.ts";

/** Where and how a host is called. */
export interface HostAddress {
  /** URL below which calls go: the page's own pass, or the host itself. */
  base: string;
  /** Sent as a bearer token and never written anywhere; null for none. */
  apiKey: string | null;
}

export interface Patience {
  /** For one request, milliseconds. */
  timeoutMs: number;
  /** Requests for one answer, the first included. */
  attempts: number;
  /** Longest wait that a host may ask for by Retry-After, milliseconds. */
  longestWaitMs: number;
  /** First wait without Retry-After; doubles each time. */
  firstWaitMs: number;
}

export const PATIENCE: Patience = {
  timeoutMs: 60_000,
  attempts: 4,
  longestWaitMs: 120_000,
  firstWaitMs: 1_000,
};

export interface ExchangeOptions {
  index: number | null;
  signal: AbortSignal;
  patience: Patience;
  /** Told of every request, repeated ones too, as soon as it has ended. */
  onCall: (call: TranscriptCall) => void;
  /** Told before a wait. */
  onWait?: (waitMs: number, why: string) => void;
}

const KEPT_HEADERS = /^(date|server|content-type|retry-after|payment-required|x-oml-[a-z-]{1,40})$/;
/** Worth asking again; everything else is the host's answer. */
const AGAIN = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * Asks until there is an answer that is worth keeping. `body` null makes it a GET.
 * @returns the last response, or null when none came; @throws AbortError alone.
 */
export async function exchange(
  host: HostAddress,
  path: string,
  body: string | null,
  options: ExchangeOptions,
): Promise<TranscriptCall["response"]> {
  const { patience, signal } = options;
  for (let attempt = 1; ; attempt++) {
    const call = await once(host, path, body, options);
    options.onCall(call);
    const { response } = call;
    const settled = response !== null && !AGAIN.has(response.status);
    if (settled || attempt >= patience.attempts) return response;
    const asked = response === null ? null : retryAfterMs(response.headers["retry-after"]);
    const waitMs = Math.min(
      patience.longestWaitMs,
      asked ?? patience.firstWaitMs * 2 ** (attempt - 1),
    );
    options.onWait?.(waitMs, response === null ? (call.problem ?? "") : `HTTP ${response.status}`);
    await pause(waitMs, signal);
  }
}

async function once(
  host: HostAddress,
  path: string,
  body: string | null,
  { index, signal, patience }: ExchangeOptions,
): Promise<TranscriptCall> {
  throwIfAborted(signal);
  const started = Date.now();
  const timeout = AbortSignal.timeout(patience.timeoutMs);
  const call = (
    response: TranscriptCall["response"],
    problem: string | null = null,
  ): TranscriptCall => ({
    index,
    at: new Date(started).toISOString(),
    elapsedMs: Math.max(0, Date.now() - started),
    path,
    request: body ?? "",
    response,
    problem,
  });
  try {
    const response = await fetchFromHost(`${host.base}${path}`, {
      method: body === null ? "GET" : "POST",
      headers: {
        ...(body === null ? {} : { "content-type": "application/json" }),
        ...(host.apiKey === null ? {} : { authorization: `Bearer ${host.apiKey}` }),
      },
      body,
      signal: AbortSignal.any([signal, timeout]),
      redirect: "error",
      credentials: "omit",
      cache: "no-store",
      referrerPolicy: "no-referrer",
    });
    const text = await readText(response);
    if (text === null) return call(null, "The answer is too long.");
    const headers: Record<string, string> = {};
    for (const [name, value] of response.headers) {
      if (KEPT_HEADERS.test(name) && value.length <= 8_192) headers[name] = value;
    }
    return call({ status: response.status, headers, body: text });
  } catch (error) {
    throwIfAborted(signal);
    if (timeout.aborted) return call(null, "The host did not answer in time.");
    if (isAbort(error)) throw error;
    return call(null, "The connection failed.");
  }
}

/** @returns null beyond what is kept, without reading on */
async function readText(response: Response): Promise<string | null> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (reader === undefined) return "";
  let text = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    text += part.value;
    if (text.length > MAX_ANSWER_CHARS) {
      await reader.cancel();
      return null;
    }
  }
  return text;
}

/** Seconds or an HTTP date (RFC 9110 §10.2.3). */
function retryAfterMs(value: string | undefined): number | null {
  if (value === undefined) return null;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now());
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(new DOMException("The operation was cancelled.", "AbortError"));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
  });
}
