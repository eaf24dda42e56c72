import { isAbort } from "@/lib/errors.ts";
import { fetchFromHost } from "@/lib/sentBytes.ts";
import { deltaText } from "@/permission/answer.ts";
import { readHostTerms } from "@/permission/hostTerms.ts";
import type { Position } from "@/permission/nextVoucher.ts";
import { Refusal, REFUSALS, type RefusalCode } from "@/permission/refusal.ts";
import { SessionError } from "@/permission/sessionBooks.ts";
import { sseEvents } from "@/permission/sse.ts";
import type { HostTerms } from "@/permission/terms.ts";

const PATH = /^\/(?:[\w.-]+\/)*hosts\/[a-z0-9][a-z0-9-]{0,31}$/;
const WHOLE = /^(0|[1-9]\d{0,38})$/;
const MAX_WORDS = 300;
const JSON_TYPE = { "content-type": "application/json" };

interface Sent {
  readonly body: object;
  readonly headers: Record<string, string>;
}

/** A host below the page's own origin, asked on behalf of one permission. */
export interface HostClient {
  terms(): Promise<HostTerms>;
  position(): Promise<Position>;
  /** Streams an answer. @throws SessionError HOST_BROKE_OFF when it ends early */
  chat(
    body: Record<string, unknown>,
    voucher: string,
    onDelta: (text: string) => void,
  ): Promise<{ text: string; cost: bigint | null; receipt: string | null }>;
  close(): Promise<string>;
}

/** @throws SessionError, Refusal, AbortError from each of its calls */
export function hostClient(path: string, permission: string, signal: AbortSignal): HostClient {
  if (!PATH.test(path)) throw new SessionError("HOST_UNREACHABLE", { details: "no such path" });
  const ask = async (where: string, sent: Sent | null = null): Promise<Response> => {
    let response: Response;
    try {
      response = await fetchFromHost(`${path}${where}`, {
        ...(sent === null ? {} : { method: "POST", body: JSON.stringify(sent.body) }),
        headers: { authorization: `Bearer ${permission}`, ...sent?.headers },
        cache: "no-store",
        redirect: "error",
        signal,
      });
    } catch (cause) {
      if (isAbort(cause)) throw cause;
      throw new SessionError("HOST_UNREACHABLE", { cause });
    }
    if (!response.ok) throw await refusalOf(response);
    return response;
  };
  return {
    async terms() {
      const terms = readHostTerms(await jsonOf(await ask("/oml/v1/terms")));
      if (terms === null) throw new SessionError("HOST_TERMS_DIFFER", { details: "unreadable" });
      return terms;
    },
    async position() {
      const state = await jsonOf(await ask("/oml/v1/channel"));
      return {
        nextCall: wholeOf(state, "nextCall"),
        committed: wholeOf(state, "chargedCumulativeAmount"),
      };
    },
    async chat(body, voucher, onDelta) {
      const response = await ask("/v1/chat/completions", {
        body,
        headers: { ...JSON_TYPE, "x-oml-voucher": voucher },
      });
      if (response.body === null) throw new SessionError("HOST_BROKE_OFF");
      let text = "";
      let isWhole = false;
      let cost: bigint | null = null;
      let receipt: string | null = null;
      try {
        for await (const event of sseEvents(chunksOf(response.body))) {
          if (event.name === "oml.receipt") receipt = event.data;
          else if (event.name === "oml.cost" && WHOLE.test(event.data)) cost = BigInt(event.data);
          else if (event.data === "[DONE]") isWhole = true;
          else {
            const delta = deltaText(parseOrNull(event.data));
            text += delta;
            if (delta !== "") onDelta(delta);
          }
        }
      } catch (cause) {
        if (isAbort(cause)) throw cause;
        throw new SessionError("HOST_BROKE_OFF", { cause });
      }
      if (!isWhole) throw new SessionError("HOST_BROKE_OFF");
      return { text, cost, receipt };
    },
    async close() {
      const body = await jsonOf(await ask("/oml/v1/close", { body: {}, headers: JSON_TYPE }));
      const close: unknown = Reflect.get(Object(body), "close");
      if (typeof close !== "string") throw new SessionError("HOST_REFUSED");
      return close;
    },
  };
}

/** A refusal in this studio's own words where its code is known, else in the host's. */
async function refusalOf(response: Response): Promise<Error> {
  const text = (await response.text().catch(() => "")).slice(0, 65_536);
  const error: unknown = Reflect.get(Object(parseOrNull(text)), "error");
  const code: unknown = Reflect.get(Object(error), "code");
  const details: unknown = Reflect.get(Object(error), "details");
  const said = typeof details === "string" ? { details: details.slice(0, MAX_WORDS) } : {};
  if (isRefusal(code)) return new Refusal(code, said);
  const message: unknown = Reflect.get(Object(error), "message");
  // 502 without a body of its own is the studio's server: it could not reach the host.
  if (response.status === 502 && typeof code !== "string") {
    return new SessionError("HOST_UNREACHABLE", { details: text.trim().slice(0, MAX_WORDS) });
  }
  const words = typeof message === "string" ? message : text;
  return new SessionError("HOST_REFUSED", {
    details: `${response.status}: ${words.slice(0, MAX_WORDS)}`,
  });
}

function isRefusal(code: unknown): code is RefusalCode {
  return typeof code === "string" && Object.hasOwn(REFUSALS, code);
}

async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    if (isAbort(cause)) throw cause;
    throw new SessionError("HOST_REFUSED", { cause, details: "The answer is not JSON." });
  }
}

function wholeOf(state: unknown, name: string): bigint {
  const text: unknown = Reflect.get(Object(state), name);
  if (typeof text !== "string" || !WHOLE.test(text)) {
    throw new SessionError("HOST_REFUSED", { details: `${name} is missing.` });
  }
  return BigInt(text);
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Not every browser lets a stream be walked through by itself. */
async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
