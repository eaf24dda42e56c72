// @ts-check
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { parseRange } from "./httpRange.mjs";
import { mimeType } from "./mime.mjs";

/**
 * @param {import("node:http").ServerResponse} response
 * @param {number} status
 * @param {string} text
 * @param {import("node:http").OutgoingHttpHeaders} [headers]
 */
export function sendText(response, status, text, headers = {}) {
  const body = `${text}\n`;
  response.writeHead(status, {
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Length": Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}

/**
 * Answers GET and HEAD for one file, with single ranges (206, 416) and validators (304).
 *
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 * @param {string} path
 * @param {string} cacheControl
 */
export async function sendFile(request, response, path, cacheControl) {
  const info = await stat(path);
  const etag = `"${info.size.toString(36)}-${Math.trunc(info.mtimeMs).toString(36)}"`;
  /** @type {import("node:http").OutgoingHttpHeaders} */
  const headers = {
    "Content-Type": mimeType(path),
    "Cache-Control": cacheControl,
    "Accept-Ranges": "bytes",
    ETag: etag,
  };
  if (request.headers["if-none-match"] === etag) {
    response.writeHead(304, headers).end();
    return;
  }
  const ifRange = request.headers["if-range"];
  const mayRange = ifRange === undefined || ifRange === etag;
  const range = mayRange ? parseRange(request.headers.range, info.size) : null;
  if (range === "unsatisfiable") {
    sendText(response, 416, "Range not satisfiable", { "Content-Range": `bytes */${info.size}` });
    return;
  }
  const start = range?.start ?? 0;
  const end = range?.end ?? info.size - 1;
  headers["Content-Length"] = end - start + 1;
  if (range !== null) headers["Content-Range"] = `bytes ${start}-${end}/${info.size}`;
  response.writeHead(range === null ? 200 : 206, headers);
  if (request.method === "HEAD" || info.size === 0) {
    response.end();
    return;
  }
  await pipeline(createReadStream(path, { start, end }), response);
}
