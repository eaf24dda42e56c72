import type { IncomingMessage, ServerResponse } from "node:http";

/** An answer that is no refusal: something about the request or the server behind. */
export class HttpError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Reads a request's body; one that takes too long is cut off. @throws HttpError 413 beyond the limit */
export async function readBody(
  request: IncomingMessage,
  limits: { maxBytes: number; timeoutMs: number },
): Promise<Buffer> {
  const length = Number(request.headers["content-length"] ?? 0);
  if (length > limits.maxBytes) throw tooLarge(limits.maxBytes);
  const chunks: Buffer[] = [];
  let size = 0;
  const late = setTimeout(() => request.destroy(), limits.timeoutMs);
  try {
    for await (const chunk of request) {
      const bytes = Buffer.from(chunk);
      size += bytes.length;
      if (size > limits.maxBytes) throw tooLarge(limits.maxBytes);
      chunks.push(bytes);
    }
  } finally {
    clearTimeout(late);
  }
  return Buffer.concat(chunks);
}

function tooLarge(maxBytes: number): HttpError {
  return new HttpError(413, "body-too-large", `The body may have ${maxBytes} bytes.`);
}

/** Reads JSON. @throws HttpError 400 */
export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    throw new HttpError(400, "not-json", "The body is not JSON.");
  }
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
    ...headers,
  });
  response.end(text);
}

/** One header's value, or null. */
export function headerOf(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return typeof value === "string" ? value.trim() : null;
}
