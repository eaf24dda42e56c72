import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Hex } from "viem";
import type { CachedReader } from "@/permission/cachedReader.ts";
import { mostOf } from "@/permission/metering.ts";
import { readModelCall, UnmeterableCall, type ModelCall } from "@/permission/openaiCall.ts";
import { signCoopClose, signReceipt, textHash, type Signer } from "@/permission/receipt.ts";
import { Refusal, refuse } from "@/permission/refusal.ts";
import {
  channelStateJson,
  paymentRequirements,
  policyHash,
  refusalBody,
  type ChannelState,
  type HostTerms,
} from "@/permission/terms.ts";
import type { Token } from "@/permission/token.ts";
import { verifyPermission, verifyVoucher } from "@/permission/verify.ts";
import type { BoundedSet } from "./boundedSet.ts";
import type { Desk } from "./desk.ts";
import { headerOf, HttpError, parseJson, readBody, sendJson } from "./http.ts";
import { relay, upstreamBody } from "./relay.ts";
import type { Store } from "./store.ts";

export interface GatewayOptions {
  readonly terms: HostTerms;
  /** Base URL of the OpenAI-compatible server, such as http://127.0.0.1:8000/v1. */
  readonly upstream: string;
  /** Name of the model there; null passes the caller's on. */
  readonly upstreamModel: string | null;
  /** Sent to the server behind, such as its API key. */
  readonly upstreamHeaders: Record<string, string>;
  readonly desk: Desk;
  readonly store: Store;
  readonly reader: CachedReader;
  readonly hostKey: Signer;
  /** Permission strings whose signature was found right. */
  readonly verified: BoundedSet;
  readonly maxBodyBytes: number;
  readonly maxAnswerBytes: number;
  readonly bodyTimeoutMs: number;
  readonly upstreamTimeoutMs: number;
  /** Origin of pages that may call from a browser; null for none. */
  readonly allowOrigin: string | null;
  readonly nowSeconds: () => number;
  readonly health: () => Record<string, unknown>;
  readonly log: (line: string) => void;
}

const KINDS: Readonly<Record<string, "chat" | "completion">> = {
  "/v1/chat/completions": "chat",
  "/v1/completions": "completion",
};

/** The proxy itself. It listens where the caller tells it to. */
export function gatewayServer(options: GatewayOptions): Server {
  const server = createServer({ maxHeaderSize: 32 * 1024 }, (request, response) => {
    void serve(request, response, options);
  });
  server.headersTimeout = 20_000;
  server.requestTimeout = options.bodyTimeoutMs + 20_000;
  server.keepAliveTimeout = 10_000;
  return server;
}

/** What is known of the caller when a refusal is written. */
interface Known {
  state: ChannelState | null;
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  options: GatewayOptions,
): Promise<void> {
  const known: Known = { state: null };
  // A path need not be one: "//" would make the parser of URLs throw.
  const [pathname] = (request.url ?? "/").split("?", 1);
  try {
    allowPages(response, options.allowOrigin);
    await route(request, response, pathname, options, known);
  } catch (error) {
    sendError(response, error, pathname, options, known);
  }
}

function allowPages(response: ServerResponse, origin: string | null): void {
  if (origin === null) return;
  response.setHeader("access-control-allow-origin", origin);
  response.setHeader("access-control-allow-headers", "*, authorization");
  response.setHeader("access-control-expose-headers", "*");
  response.setHeader("vary", "origin");
}

async function route(
  request: IncomingMessage,
  response: ServerResponse,
  pathname: string,
  options: GatewayOptions,
  known: Known,
): Promise<void> {
  const { method } = request;
  const kind = KINDS[pathname];
  if (method === "OPTIONS" && options.allowOrigin !== null) {
    response.writeHead(204);
    response.end();
  } else if (method === "GET" && pathname === "/healthz") {
    sendJson(response, 200, options.health());
  } else if (method === "GET" && pathname === "/v1/models") {
    await sendModels(response, options);
  } else if (method === "GET" && pathname === "/oml/v1/terms") {
    sendJson(response, 200, {
      x402Version: 2,
      accepts: [paymentRequirements(options.terms, null)],
    });
  } else if (method === "GET" && pathname === "/oml/v1/channel") {
    await sendChannel(request, response, options);
  } else if (method === "GET" && pathname.startsWith("/oml/v1/receipts/")) {
    await sendReceipt(request, response, pathname, options);
  } else if (method === "POST" && pathname === "/oml/v1/close") {
    await sendClose(request, response, options);
  } else if (method === "POST" && kind !== undefined) {
    await serveCall(request, response, pathname, kind, options, known);
  } else {
    throw new HttpError(404, "no-such-path", "There is nothing here; see docs/gateway.md.");
  }
}

async function serveCall(
  request: IncomingMessage,
  response: ServerResponse,
  pathname: string,
  kind: "chat" | "completion",
  options: GatewayOptions,
  known: Known,
): Promise<void> {
  const { desk, terms } = options;
  const limits = { maxBytes: options.maxBodyBytes, timeoutMs: options.bodyTimeoutMs };
  const body = parseJson(await readBody(request, limits));
  const permission = await permissionOf(request, options);
  const call = meterable(kind, body, terms.maxOutputTokens);
  const maxOutputTokens = call.maxOutputTokens ?? terms.maxOutputTokens;
  const most = mostOf(terms.price, { ...call, maxOutputTokens });
  const { licence } = permission.message;
  try {
    // What is wrong with the permission is said before anything about the voucher.
    await desk.account(permission);
    const voucher = await verifyVoucher(headerOf(request, "x-oml-voucher"), permission);
    const inputHash = textHash(call.inputText);
    const admitted = await desk.admit(permission, voucher, inputHash, most);
    const members = { ...Object(body) };
    if (options.upstreamModel !== null) members.model = options.upstreamModel;
    const onward = upstreamBody(members, call, terms.maxOutputTokens, terms.price);
    await relayOrFail(admitted, call, onward, response, pathname, options);
  } catch (error) {
    if (error instanceof Refusal && error.status !== 503) {
      // What cannot be told now is left out; the refusal stands.
      const account = await desk.account(permission).catch(() => null);
      known.state = account === null ? null : desk.stateOf(licence, account.channel, most);
    }
    throw error;
  }
}

async function relayOrFail(
  admitted: Awaited<ReturnType<Desk["admit"]>>,
  call: ModelCall,
  body: Record<string, unknown>,
  response: ServerResponse,
  pathname: string,
  options: GatewayOptions,
): Promise<void> {
  const { terms, hostKey, upstream, upstreamHeaders } = options;
  let isDelivered = false;
  const watched = {
    ...admitted,
    deliver: (cost: bigint, receipt: string | null) => {
      admitted.deliver(cost, receipt);
      isDelivered = true;
    },
  };
  try {
    await relay(watched, call, body, response, {
      url: `${upstream}${pathname.slice("/v1".length)}`,
      headers: upstreamHeaders,
      price: terms.price,
      upstreamTimeoutMs: options.upstreamTimeoutMs,
      maxAnswerBytes: options.maxAnswerBytes,
      signReceipt: ({ licence, number, inputHash }, outputHash: Hex) => {
        const time = BigInt(Math.floor(options.nowSeconds()));
        const { model } = terms;
        const receipt = { model, licence, callIndex: number, inputHash, outputHash, time };
        return signReceipt(receipt, domainOf(terms), hostKey);
      },
    });
  } catch (error) {
    if (!isDelivered) admitted.fail();
    throw error;
  }
}

function domainOf({ chainId, channel }: HostTerms) {
  return { chainId, verifyingContract: channel };
}

function meterable(kind: "chat" | "completion", body: unknown, limit: number): ModelCall {
  try {
    const call = readModelCall(kind, body);
    if ((call.maxOutputTokens ?? 0) <= limit) return call;
    throw new UnmeterableCall(`max_tokens may be ${limit} here.`);
  } catch (error) {
    if (!(error instanceof UnmeterableCall)) throw error;
    throw new HttpError(400, "cannot-meter", error.message);
  }
}

function permissionOf(
  request: IncomingMessage,
  options: GatewayOptions,
): Promise<Token<"Permission">> {
  const { terms, reader, nowSeconds } = options;
  const bearer = /^Bearer\s+(\S+)$/i.exec(headerOf(request, "authorization") ?? "")?.[1];
  const text = headerOf(request, "x-oml-permission") ?? bearer ?? null;
  return verifyPermission(text, {
    ...domainOf(terms),
    host: terms.host,
    nowSeconds: nowSeconds(),
    verified: options.verified,
    policyHash: policyHash(terms),
    isValidSignature: (signer, digest, signature) =>
      reader.isValidSignature(signer, digest, signature),
  });
}

async function sendModels(response: ServerResponse, options: GatewayOptions): Promise<void> {
  let models: unknown;
  try {
    const answer = await fetch(`${options.upstream}/models`, {
      headers: options.upstreamHeaders,
      signal: AbortSignal.timeout(10_000),
      redirect: "error",
    });
    models = await answer.json();
  } catch {
    throw new HttpError(502, "upstream-failed", "The server behind did not answer; try again.");
  }
  sendJson(response, 200, models);
}

async function sendChannel(
  request: IncomingMessage,
  response: ServerResponse,
  options: GatewayOptions,
): Promise<void> {
  const permission = await permissionOf(request, options);
  const { channel, standing } = await options.desk.account(permission);
  const state = options.desk.stateOf(permission.message.licence, channel, null);
  sendJson(response, 200, { standing, ...(state === null ? {} : channelStateJson(state)) });
}

async function sendReceipt(
  request: IncomingMessage,
  response: ServerResponse,
  pathname: string,
  options: GatewayOptions,
): Promise<void> {
  const permission = await permissionOf(request, options);
  const number = /^\/oml\/v1\/receipts\/(\d{1,20})$/.exec(pathname)?.[1];
  const { licence } = permission.message;
  const receipt = number === undefined ? null : options.store.receipt(licence, BigInt(number));
  if (receipt === null) throw new HttpError(404, "no-such-receipt", "No such call has a receipt.");
  sendJson(response, 200, { receipt });
}

async function sendClose(
  request: IncomingMessage,
  response: ServerResponse,
  options: GatewayOptions,
): Promise<void> {
  const { desk, terms, hostKey } = options;
  const permission = await permissionOf(request, options);
  const { licence } = permission.message;
  options.reader.forget(licence, terms.host);
  const account = await desk.account(permission);
  if (account.standing !== "active") refuse("channel-missing", "no session is active");
  const { calls, amount } = desk.beginClose(licence, account);
  const close = {
    licence,
    host: terms.host,
    cumulativeCalls: calls,
    cumulativeAmount: amount,
    nonce: account.facts.nonce,
  };
  sendJson(response, 200, { close: await signCoopClose(close, domainOf(terms), hostKey) });
}

function sendError(
  response: ServerResponse,
  error: unknown,
  pathname: string,
  options: GatewayOptions,
  { state }: Known,
): void {
  if (error instanceof Refusal) {
    const body = refusalBody(error, options.terms, state, pathname);
    const required = { ...body, error: error.message };
    const header = Buffer.from(JSON.stringify(required)).toString("base64");
    sendJson(
      response,
      error.status,
      body,
      error.status === 402 ? { "payment-required": header } : {},
    );
    return;
  }
  if (error instanceof HttpError) {
    const { status, code, message } = error;
    sendJson(response, status, { error: { code, type: "gateway_error", message, param: null } });
    return;
  }
  const name = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  options.log(`${pathname}: ${name.split("\n", 1)[0]}`);
  sendJson(response, 500, {
    error: { code: "internal", type: "gateway_error", message: "The gateway failed.", param: null },
  });
}
