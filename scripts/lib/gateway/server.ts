import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { signCoopClose } from "@/permission/receipt.ts";
import { Refusal, refuse } from "@/permission/refusal.ts";
import { channelStateJson, paymentRequirements, refusalBody } from "@/permission/terms.ts";
import { domainOf, type GatewayOptions, type Known } from "./gatewayOptions.ts";
import { HttpError, sendJson } from "./http.ts";
import { permissionOf } from "./permissionOf.ts";
import { serveCall } from "./serveCall.ts";

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
