// @ts-check
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { pipeline } from "node:stream/promises";
import { sendText } from "./sendFile.mjs";

/**
 * @typedef {object} ForwardOptions
 * @property {string} name of the server behind, as sentences have it
 * @property {number} mostBytes of the request
 * @property {RegExp} sent names of the request's headers that are passed on
 * @property {RegExp} returned names of the answer's headers that are passed back besides its type and length
 * @property {number} connectMs how long it may take to be reached
 * @property {number} silentMs how long it may say nothing
 */

/** What a browser shows or runs from the page's own origin must not come from elsewhere. */
const TYPES = /^(application\/json|text\/event-stream|text\/plain)\s*(;|$)/i;

/**
 * @param {import("node:http").IncomingHttpHeaders} headers
 * @param {RegExp} wanted
 */
function only(headers, wanted) {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => wanted.test(name)));
}

/**
 * @param {import("node:http").IncomingMessage} answer
 * @returns {string | null} why it is not passed on
 */
function refuseAnswer({ statusCode = 502, headers }) {
  if (statusCode >= 300 && statusCode < 400) return "answers with a redirect";
  if (headers["content-encoding"] !== undefined) return "answers in an encoding of its own";
  const hasBody = statusCode !== 204 && headers["content-length"] !== "0";
  if (hasBody && !TYPES.test(headers["content-type"] ?? "")) {
    return "answers with neither JSON nor text";
  }
  return null;
}

/**
 * Passes one GET or POST on and its answer back, both as they come and no faster than they are read.
 * Redirects are not followed.
 *
 * @param {string} url
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 * @param {ForwardOptions} options
 * @returns {Promise<void>}
 */
export async function forward(url, request, response, options) {
  const { connectMs, silentMs } = options;
  const length = request.headers["content-length"];
  const isPost = request.method === "POST";
  const onward = (url.startsWith("https:") ? httpsRequest : httpRequest)(url, {
    method: isPost ? "POST" : "GET",
    headers: {
      ...only(request.headers, options.sent),
      "accept-encoding": "identity",
      ...(isPost && length !== undefined ? { "content-length": length } : {}),
    },
    // A connection that was kept can be gone by the next call, and a call must not be made twice.
    agent: false,
  });
  const watch = watchdog(() => onward.destroy(new Error("silence")));
  watch.wait(connectMs);
  onward.once("socket", (socket) => {
    socket.once(url.startsWith("https:") ? "secureConnect" : "connect", () => watch.wait(silentMs));
  });
  const leave = () => onward.destroy();
  response.once("close", leave);
  if (isPost) send(request, onward, response, options.mostBytes);
  else onward.end();
  try {
    const answer = await answerOf(onward);
    watch.wait(silentMs);
    const refused = refuseAnswer(answer);
    if (refused !== null) {
      giveUp(request, response, `${options.name} ${refused}`);
      return;
    }
    answer.on("data", () => watch.wait(silentMs));
    response.writeHead(answer.statusCode ?? 502, {
      ...only(answer.headers, options.returned),
      ...only(answer.headers, /^content-(type|length)$/),
      "Cache-Control": "no-store",
    });
    response.flushHeaders();
    await pipeline(answer, response);
  } catch {
    if (!response.headersSent) giveUp(request, response, `${options.name} does not answer`);
    else if (!response.writableEnded) response.destroy();
  } finally {
    watch.stop();
    response.off("close", leave);
    onward.destroy();
  }
}

/**
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ClientRequest} onward
 * @param {import("node:http").ServerResponse} response
 * @param {number} mostBytes
 */
function send(request, onward, response, mostBytes) {
  let sizeBytes = 0;
  request.on("data", (/** @type {Buffer} */ chunk) => {
    // Who names no length, or a false one, is stopped here.
    sizeBytes += chunk.length;
    if (sizeBytes <= mostBytes || onward.destroyed) return;
    request.unpipe(onward);
    if (!response.headersSent) sendText(response, 413, "Too large", { Connection: "close" });
    onward.destroy();
  });
  request.pipe(onward);
}

/**
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 * @param {string} why
 */
function giveUp(request, response, why) {
  // What is left of a body would stand before the connection's next request.
  sendText(response, 502, why, request.complete ? {} : { Connection: "close" });
}

/**
 * @param {import("node:http").ClientRequest} onward
 * @returns {Promise<import("node:http").IncomingMessage>}
 */
function answerOf(onward) {
  return new Promise((resolve, reject) => {
    onward.once("response", resolve);
    // It stays, since an answer that has begun can still break.
    onward.on("error", reject);
    onward.once("close", () => reject(new Error("closed")));
  });
}

/** @param {() => void} bark */
function watchdog(bark) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  return {
    /** @param {number} ms */
    wait: (ms) => {
      clearTimeout(timer);
      timer = setTimeout(bark, ms);
    },
    stop: () => clearTimeout(timer),
  };
}
