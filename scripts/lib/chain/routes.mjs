// @ts-check
import { refusePage } from "../foreignPage.mjs";
import { forward } from "../forward.mjs";
import { sendFile, sendText } from "../sendFile.mjs";

/**
 * A chain that the page may ask through its own server, so that its policy need not name another
 * origin.
 * @typedef {{ rpcUrl: string, marketFile: string }} ServedChain
 */

/** Far above a batch of calls or the creation code of the largest contract. */
const MOST_BYTES = 2 * 1024 * 1024;

/** Mining many blocks takes a while. */
const PATIENCE = { connectMs: 10_000, silentMs: 600_000 };

const TYPE = /^content-type$/;

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
    const refused = refusePage(request, loopback, MOST_BYTES);
    if (refused === null) {
      return forward(chain.rpcUrl, request, response, {
        name: "The local chain",
        mostBytes: MOST_BYTES,
        sent: TYPE,
        returned: TYPE,
        ...PATIENCE,
      });
    }
    return Promise.resolve(sendText(response, ...refused));
  }
  if (path === "/rpc") {
    return Promise.resolve(sendText(response, 405, "Method not allowed", { Allow: "POST" }));
  }
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (path !== "/chain.json" || !isRead) return null;
  return Promise.resolve(sendFile(request, response, chain.marketFile, "no-store"));
}
