// @ts-check
import { refusePage } from "../foreignPage.mjs";
import { forward } from "../forward.mjs";
import { sendText } from "../sendFile.mjs";

/** @typedef {Partial<Pick<import("../forward.mjs").ForwardOptions, "connectMs" | "silentMs">>} Patience */

/** Above what a host reads of a request, with its pictures. */
const MOST_BYTES = 4 * 1024 * 1024;

/** A call's own headers and those of a host's answer; nothing that is the browser's or a session's. */
const SENT = /^(authorization|content-type|accept|x-oml-[a-z-]{1,40})$/;
const RETURNED = /^(x-oml-[a-z-]{1,40}|payment-required|retry-after)$/;

/** Longer than a gateway waits for the server behind it. */
const PATIENCE = { connectMs: 10_000, silentMs: 150_000 };

/** Segments in plain letters only, so that a path means the same to every server behind. */
const PATH = /^\/hosts\/([a-z0-9-]+)(\/(?:(?:oml\/)?v1(?:\/[\w-][\w.-]*)+|healthz))$/;

/**
 * Answers what concerns hosts: `/hosts.json` says which the page may call, `/hosts/NAME/…` passes a
 * call on to that one. Nothing but the listed base URLs is ever asked, and redirects are not followed.
 *
 * @param {readonly import("./options.mjs").ServedHost[]} hosts
 * @param {boolean} loopback
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 * @param {Patience} [patience]
 * @returns {Promise<void> | null} null when the path is another's
 */
export function answerHosts(hosts, loopback, request, response, patience = {}) {
  const { method, url = "/" } = request;
  if (url.split("?", 1)[0] === "/hosts.json" && (method === "GET" || method === "HEAD")) {
    return Promise.resolve(sendList(hosts, method, response));
  }
  if (!/^\/hosts(\/|\?|$)/.test(url)) return null;
  if (method !== "POST" && method !== "GET") {
    return Promise.resolve(sendText(response, 405, "Method not allowed", { Allow: "GET, POST" }));
  }
  const refused = refusePage(request, loopback, MOST_BYTES);
  if (refused !== null) return Promise.resolve(sendText(response, ...refused));
  const [, name, path] = PATH.exec(url) ?? [];
  const host = hosts.find((one) => one.name === name);
  if (host === undefined || path === undefined) {
    return Promise.resolve(sendText(response, 404, "Not found"));
  }
  return forward(`${host.url}${path}`, request, response, {
    name: "The host",
    mostBytes: MOST_BYTES,
    sent: SENT,
    returned: RETURNED,
    ...PATIENCE,
    ...patience,
  });
}

/**
 * @param {readonly import("./options.mjs").ServedHost[]} hosts
 * @param {string} method
 * @param {import("node:http").ServerResponse} response
 */
function sendList(hosts, method, response) {
  const listed = hosts.map(({ name, url }) => ({ name, url }));
  const body = `${JSON.stringify({ format: "signet-hosts", version: 1, hosts: listed })}\n`;
  response.writeHead(200, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(body),
    "Cache-Control": "no-store",
  });
  response.end(method === "HEAD" ? undefined : body);
}
