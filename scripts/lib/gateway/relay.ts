import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { costOf, countsTokens, type Price, type Usage } from "@/permission/metering.ts";
import type { ModelCall } from "@/permission/openaiCall.ts";
import { textHash } from "@/permission/receipt.ts";
import { answerText, deltaText, estimateUsage, isUsageOnly, usageOf } from "@/permission/answer.ts";
import type { Admitted } from "./desk.ts";
import { HttpError } from "./http.ts";
import { sseEvents } from "@/permission/sse.ts";

export interface RelayOptions {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly price: Price;
  /** Most milliseconds until the server behind begins to answer, and between two parts of an answer. */
  readonly upstreamTimeoutMs: number;
  readonly maxAnswerBytes: number;
  readonly signReceipt: (call: Admitted, outputHash: `0x${string}`) => Promise<string>;
}

/** The request that goes on: capped output, and usage asked for where tokens cost something. */
export function upstreamBody(
  body: Record<string, unknown>,
  call: ModelCall,
  maxOutputTokens: number,
  price: Price,
): Record<string, unknown> {
  const limited =
    call.maxOutputTokens === null ? { ...body, max_tokens: maxOutputTokens } : { ...body };
  if (!call.isStream || !countsTokens(price)) return limited;
  const options = typeof body.stream_options === "object" ? body.stream_options : {};
  return { ...limited, stream_options: { ...options, include_usage: true } };
}

/**
 * Sends an admitted call on and its answer back. The voucher is on the disc before the first byte leaves;
 * until then any failure leaves it unused.
 */
export async function relay(
  admitted: Admitted,
  call: ModelCall,
  body: Record<string, unknown>,
  response: ServerResponse,
  options: RelayOptions,
): Promise<void> {
  const abort = new AbortController();
  const onClose = () => abort.abort();
  response.once("close", onClose);
  // Who left before this will never be told of a close.
  if (response.destroyed) abort.abort();
  const watch = watchdog(options.upstreamTimeoutMs, abort);
  try {
    const upstream = await ask(body, options, abort.signal);
    watch.touch();
    const type = upstream.headers.get("content-type") ?? "";
    if (!upstream.ok) throw await upstreamRefusal(upstream);
    if (call.isStream && upstream.body !== null && type.startsWith("text/event-stream")) {
      await relayStream(admitted, call, upstream.body, response, options, {
        touch: watch.touch,
        signal: abort.signal,
      });
    } else {
      await relayWhole(admitted, call, upstream, response, options);
    }
  } catch (error) {
    if (error instanceof HttpError) throw error;
    throw new HttpError(502, "upstream-failed", "The server behind did not answer; try again.");
  } finally {
    watch.stop();
    response.off("close", onClose);
  }
}

function watchdog(timeoutMs: number, abort: AbortController) {
  let timer = setTimeout(() => abort.abort(), timeoutMs);
  return {
    touch: () => {
      clearTimeout(timer);
      timer = setTimeout(() => abort.abort(), timeoutMs);
    },
    stop: () => clearTimeout(timer),
  };
}

function ask(body: unknown, options: RelayOptions, signal: AbortSignal): Promise<Response> {
  return fetch(options.url, {
    method: "POST",
    headers: { "content-type": "application/json", ...options.headers },
    body: JSON.stringify(body),
    signal,
    redirect: "error",
  });
}

/** What the server behind says of a request that it will not serve, without its headers. */
async function upstreamRefusal(upstream: Response): Promise<HttpError> {
  const text = (await upstream.text()).slice(0, 2_000);
  let message = "";
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === "object" && body !== null && "error" in body) {
      const { error } = body;
      if (typeof error === "object" && error !== null && "message" in error) {
        message = String(error.message);
      }
    }
  } catch {
    // Not JSON: its status has to do.
  }
  const { status } = upstream;
  // What concerns the host's own account there, such as its key, is not the caller's to read.
  const isCallers = status >= 400 && status < 500 && ![401, 402, 403, 407].includes(status);
  return isCallers
    ? new HttpError(status, "upstream-refused", message || `The server behind answered ${status}.`)
    : new HttpError(502, "upstream-failed", `The server behind answered ${status}; try again.`);
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

async function relayWhole(
  admitted: Admitted,
  call: ModelCall,
  upstream: Response,
  response: ServerResponse,
  options: RelayOptions,
): Promise<void> {
  const text = await upstream.text();
  if (text.length > options.maxAnswerBytes) throw new Error("too long an answer");
  const body: unknown = JSON.parse(text);
  const output = answerText(body);
  const usage = usageOf(body) ?? estimateUsage(call.inputBytes, output, 0);
  const cost = least(costOf(options.price, usage), admitted.most);
  const receipt = await options.signReceipt(admitted, textHash(output));
  if (response.destroyed) throw new Error("the caller is gone");
  admitted.deliver(cost, receipt);
  response.writeHead(200, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
    "x-oml-call": String(admitted.number),
    "x-oml-cost": String(cost),
    "x-oml-receipt": receipt,
  });
  response.end(text);
}

async function relayStream(
  admitted: Admitted,
  call: ModelCall,
  body: AsyncIterable<Uint8Array>,
  response: ServerResponse,
  options: RelayOptions,
  { touch, signal }: { touch: () => void; signal: AbortSignal },
): Promise<void> {
  let output = "";
  let events = 0;
  let usage: Usage | null = null;
  let hasBegun = false;
  let isWhole = false;
  const costNow = () => {
    const known = usage ?? estimateUsage(call.inputBytes, output, events);
    return least(costOf(options.price, known), admitted.most);
  };
  const begin = () => {
    // What is owed should the process end now.
    admitted.deliver(costNow(), null);
    hasBegun = true;
    response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-oml-call": String(admitted.number),
      trailer: "X-OML-Receipt, X-OML-Cost",
    });
  };
  try {
    for await (const { raw, data } of sseEvents(body)) {
      touch();
      if (data === "[DONE]") break;
      const event = jsonOrNull(data);
      usage = usageOf(event) ?? usage;
      const delta = deltaText(event);
      if (delta !== "") events += 1;
      output += delta;
      if (output.length > options.maxAnswerBytes) throw new Error("too long an answer");
      if (!hasBegun) begin();
      if (isUsageOnly(event) && !call.wantsUsage) continue;
      // A caller that neither reads nor leaves is cut off like a silent server.
      if (!response.write(`${raw}\n\n`)) await once(response, "drain", { signal });
    }
    isWhole = true;
  } finally {
    // A stream that broke is charged for what was sent.
    if (hasBegun) {
      const cost = costNow();
      const receipt = await options.signReceipt(admitted, textHash(output));
      admitted.finish(cost, receipt);
      if (isWhole && !response.destroyed) {
        // Clients of OpenAI's API read no further than [DONE]; the receipt stands behind it.
        // A page's fetch knows no trailers, so that the cost is an event too.
        response.write(`data: [DONE]\n\nevent: oml.cost\ndata: ${cost}\n\n`);
        response.write(`event: oml.receipt\ndata: ${receipt}\n\n`);
        response.addTrailers({ "X-OML-Receipt": receipt, "X-OML-Cost": String(cost) });
        response.end();
      } else {
        response.destroy();
      }
    }
  }
  if (!hasBegun) throw new Error("an empty stream");
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
