// @ts-check
import { request as httpRequest } from "node:http";
import { sendFile, sendText } from "../sendFile.mjs";

/**
 * A chain that the page may ask through its own server, so that its policy need not name another
 * origin.
 * @typedef {{ rpcUrl: string, marketFile: string }} ServedChain
 */

/** Far above a batch of calls or the creation code of the largest contract. */
const MOST_BYTES = 2 * 1024 * 1024;

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i;

/**
 * @param {import("node:http").IncomingMessage} request
 * @param {boolean} loopback whether the server listens to this machine only
 * @returns {[status: number, text: string] | null} why it is refused
 */
function refusal({ headers }, loopback) {
  const host = headers.host ?? "";
  // A page elsewhere whose name was pointed at this machine would call itself the same origin.
  if (loopback && !LOOPBACK.test(host)) return [403, "Not for this host"];
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") {
    return [403, "Not for other pages"];
  }
  const { origin } = headers;
  if (origin !== undefined && origin !== `http://${host}`) return [403, "Not for other pages"];
  // Pages elsewhere can send other types without being asked.
  const type = headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();
  if (type !== "application/json") return [415, "JSON only"];
  if (Number(headers["content-length"] ?? 0) > MOST_BYTES) return [413, "Too large"];
  return null;
}

/**
 * @param {string} rpcUrl
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 * @returns {Promise<void>}
 */
function forward(rpcUrl, request, response) {
  const { promise, resolve } = later();
  const length = request.headers["content-length"];
  const onward = httpRequest(
    rpcUrl,
    {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(length === undefined ? {} : { "content-length": length }),
      },
    },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, {
        "Content-Type": "application/json",
        "Cache-Control": "no-store",
      });
      answer.pipe(response);
      answer.once("close", resolve);
    },
  );
  onward.on("error", () => {
    if (!response.headersSent) sendText(response, 502, "The local chain does not answer");
    else if (!response.writableEnded) response.destroy();
    resolve();
  });
  response.once("close", () => onward.destroy());
  let sizeBytes = 0;
  request.on("data", (/** @type {Buffer} */ chunk) => {
    // Who names no length, or a false one, is stopped here.
    sizeBytes += chunk.length;
    if (sizeBytes <= MOST_BYTES || onward.destroyed) return;
    request.unpipe(onward);
    if (!response.headersSent) sendText(response, 413, "Too large", { Connection: "close" });
    onward.destroy();
  });
  request.pipe(onward);
  return promise;
}

function later() {
  /** @type {() => void} */
  let resolve = () => {};
  /** @type {Promise<void>} */
  const promise = new Promise((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/**
 * Answers what concerns the chain: `/chain.json` says where everything is, `/rpc` is the node.
 *
 * @param {ServedChain} chain
 * @param {boolean} loopback
 * @param {string} path
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 * @returns {Promise<void> | null} null when the path is another's
 */
export function answerChain(chain, loopback, path, request, response) {
  if (path === "/rpc" && request.method === "POST") {
    const refused = refusal(request, loopback);
    if (refused === null) return forward(chain.rpcUrl, request, response);
    return Promise.resolve(sendText(response, ...refused));
  }
  if (path === "/rpc") {
    return Promise.resolve(sendText(response, 405, "Method not allowed", { Allow: "POST" }));
  }
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (path !== "/chain.json" || !isRead) return null;
  return Promise.resolve(sendFile(request, response, chain.marketFile, "no-store"));
}
