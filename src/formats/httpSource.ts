import { isAbort, throwIfAborted } from "@/lib/errors.ts";
import { concatBytes } from "@/lib/bytes.ts";
import { formatBytes } from "@/lib/format.ts";
import { bytesSource, checkRange, whole } from "./byteSource.ts";
import type { ByteSource } from "./byteSource.ts";
import { FormatError } from "./errors.ts";

export interface HttpSourceOptions {
  signal?: AbortSignal;
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** Largest file that is held in memory when the server ignores ranges. */
  maxWholeBytes?: number;
}

const MAX_WHOLE_BYTES = 64 << 20;

/**
 * A source that reads ranges over HTTP (RFC 9110 §14). A server that ignores ranges is read whole
 * when the file is small.
 * @throws FormatError HTTP_FAILED with the status, when unreachable, or when ranges are needed.
 */
export async function httpSource(
  url: string,
  options: HttpSourceOptions = {},
): Promise<ByteSource> {
  const get = options.fetch ?? ((input, init) => fetch(input, init));
  const name = nameOf(url);
  const first = await request(get, url, "bytes=0-0", options.signal);
  if (first.status === 416) return bytesSource(name, new Uint8Array());
  if (first.status === 200) {
    const limit = options.maxWholeBytes ?? MAX_WHOLE_BYTES;
    return bytesSource(name, await readBody(first, name, limit, options.signal));
  }
  const sizeBytes = totalOf(first, name);
  const tag = first.headers.get("etag");
  await discard(first);
  return {
    name,
    sizeBytes,
    async read(start, end, signal) {
      checkRange(name, sizeBytes, start, end);
      if (start === end) return new Uint8Array();
      const response = await request(get, url, `bytes=${start}-${end - 1}`, signal);
      if (response.status !== 206) {
        await discard(response);
        throw httpError(`${name}: a range was asked for and status ${response.status} came.`);
      }
      if (totalOf(response, name) !== sizeBytes || response.headers.get("etag") !== tag) {
        await discard(response);
        throw new FormatError(
          "READ_FAILED",
          `${name} changed on the server while it was read.`,
          "Start again with the new version.",
        );
      }
      return whole(name, await readBody(response, name, end - start, signal), end - start);
    },
  };
}

async function request(
  get: NonNullable<HttpSourceOptions["fetch"]>,
  url: string,
  range: string,
  signal: AbortSignal | undefined,
): Promise<Response> {
  throwIfAborted(signal);
  let response: Response;
  try {
    response = await get(url, { headers: { range }, ...(signal ? { signal } : {}) });
  } catch (cause) {
    if (isAbort(cause)) throw cause;
    throw httpError(`${nameOf(url)} could not be fetched from ${hostOf(url)}.`, cause);
  }
  if (response.status === 200 || response.status === 206 || response.status === 416) {
    return response;
  }
  await discard(response);
  throw httpError(`${nameOf(url)}: ${hostOf(url)} answered with status ${response.status}.`);
}

function totalOf(response: Response, name: string): number {
  const total = /^bytes \d+-\d+\/(\d+)$/.exec(response.headers.get("content-range") ?? "")?.[1];
  if (total === undefined || !Number.isSafeInteger(Number(total))) {
    throw httpError(`${name}: the server does not say how large the file is.`);
  }
  return Number(total);
}

async function readBody(
  response: Response,
  name: string,
  limitBytes: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = response.body?.getReader();
  const parts: Uint8Array[] = [];
  let received = 0;
  try {
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      throwIfAborted(signal);
      received += part.value.length;
      if (received > limitBytes) {
        await reader?.cancel();
        throw httpError(
          `${name} is larger than ${formatBytes(limitBytes)} and its server ignores byte ranges.`,
        );
      }
      parts.push(part.value);
    }
  } catch (cause) {
    if (isAbort(cause) || cause instanceof FormatError) throw cause;
    throw httpError(`${name}: the connection broke.`, cause);
  }
  return concatBytes(parts);
}

async function discard(response: Response): Promise<void> {
  await response.body?.cancel();
}

function httpError(message: string, cause?: unknown): FormatError {
  return new FormatError(
    "HTTP_FAILED",
    message,
    "Check the address and that the server allows this page (CORS) and byte ranges, or download the file and drop it here.",
    { cause },
  );
}

/** Host alone: paths, queries and user names may carry secrets. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host || "the address" : "the address";
}

function nameOf(url: string): string {
  const path = URL.canParse(url) ? new URL(url).pathname : (url.split(/[?#]/)[0] ?? "");
  return path.split("/").findLast((part) => part !== "") ?? "file";
}
