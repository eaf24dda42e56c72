// @ts-check
import { realpath } from "node:fs/promises";
import { createServer } from "node:http";
import { join, sep } from "node:path";
import { answerChain } from "./chain/routes.mjs";
import { answerHosts } from "./hosts/routes.mjs";
import { receiveFile } from "./receiveFile.mjs";
import { securityHeaders } from "./securityHeaders.mjs";
import { sendFile, sendText } from "./sendFile.mjs";

/**
 * Files outside the root that are served under an unguessable prefix: name to absolute path. Only
 * what is listed can be read, so nothing has to be resolved.
 * @typedef {{ prefix: string, files: ReadonlyMap<string, string> }} Mount
 *
 * Where PUT may write, and nowhere else.
 * @typedef {{ prefix: string, directory: string }} Uploads
 *
 * @typedef {object} ServerOptions
 * @property {string} root folder of the built page
 * @property {string} [host]
 * @property {number} [port] 0 picks a free one
 * @property {readonly Mount[]} [mounts]
 * @property {Uploads} [uploads]
 * @property {import("./chain/routes.mjs").ServedChain | null} [chain] the local chain, if one runs
 * @property {readonly import("./hosts/options.mjs").ServedHost[]} [hosts] servers that the page may call
 * @property {import("./hosts/routes.mjs").Patience} [patience] with those
 *
 * @typedef {{ origin: string, port: number, close: () => Promise<void> }} RunningServer
 */

/**
 * @param {string} url as it came in
 * @returns {string[] | null} decoded segments, or null when the path could leave its folder
 */
export function pathSegments(url) {
  let path;
  try {
    path = decodeURIComponent(url.split(/[?#]/, 1)[0] ?? "");
  } catch {
    return null;
  }
  if (!path.startsWith("/")) return null;
  const segments = path.slice(1).split("/");
  const unsafe = segments.some(
    (segment, i) =>
      segment.startsWith("..") ||
      segment === "." ||
      /[\0\\:]/.test(segment) ||
      (segment === "" && i < segments.length - 1),
  );
  return unsafe ? null : segments;
}

/**
 * @param {string} root
 * @param {readonly string[]} segments
 * @returns {Promise<string | null>} a file inside the root; pages of the router get index.html
 */
async function fileInRoot(root, segments) {
  if (segments.some((segment) => segment.startsWith("."))) return null;
  const last = segments.at(-1) ?? "";
  const isPage = !last.includes(".");
  const wanted = isPage ? join(root, "index.html") : join(root, ...segments);
  try {
    const [base, path] = await Promise.all([realpath(root), realpath(wanted)]);
    return path.startsWith(base + sep) ? path : null;
  } catch {
    return null;
  }
}

/** @param {string} host @returns {boolean} whether only this machine can reach it */
export function isLoopback(host) {
  return /^(127\.|localhost$|::1$)/.test(host);
}

/**
 * @param {ServerOptions} options
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 */
async function answer(options, request, response) {
  const segments = pathSegments(request.url ?? "/");
  if (segments === null) return sendText(response, 400, "Bad path");
  const path = `/${segments.join("/")}`;
  const { uploads } = options;
  if (request.method === "PUT" && uploads !== undefined && path.startsWith(uploads.prefix)) {
    const rest = path.slice(uploads.prefix.length).split("/");
    if (rest.some((segment) => segment === "")) return sendText(response, 400, "Bad path");
    return receiveFile(request, response, uploads.directory, rest);
  }
  const loopback = options.host === undefined || isLoopback(options.host);
  const passed = answerHosts(options.hosts ?? [], loopback, request, response, options.patience);
  if (passed !== null) return passed;
  if (options.chain) {
    const answered = answerChain(options.chain, loopback, path, request, response);
    if (answered !== null) return answered;
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    return sendText(response, 405, "Method not allowed", { Allow: "GET, HEAD" });
  }
  for (const mount of options.mounts ?? []) {
    if (!path.startsWith(mount.prefix)) continue;
    const file = mount.files.get(path.slice(mount.prefix.length));
    if (file === undefined) return sendText(response, 404, "Not found");
    return sendFile(request, response, file, "no-store");
  }
  const file = await fileInRoot(options.root, segments);
  if (file === null) return sendText(response, 404, "Not found");
  const hashed = segments[0] === "assets";
  return sendFile(
    request,
    response,
    file,
    hashed ? "public, max-age=31536000, immutable" : "no-cache",
  );
}

/**
 * Serves the built studio, and for the headless runner also model files and a place for results.
 *
 * @param {ServerOptions} options
 * @returns {Promise<RunningServer>}
 */
export async function startServer(options) {
  const host = options.host ?? "127.0.0.1";
  const headers = Object.entries(securityHeaders(options.root));
  const server = createServer((request, response) => {
    for (const [name, value] of headers) response.setHeader(name, value);
    answer(options, request, response).catch(() => {
      if (response.headersSent) response.destroy();
      else sendText(response, 500, "The file could not be read or written");
    });
  });
  // A large upload over a slow disk may take longer than Node's five minutes.
  server.requestTimeout = 0;
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, host, () => resolve(undefined));
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const shown = host === "127.0.0.1" ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return {
    origin: `http://${shown}:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve(undefined));
        server.closeAllConnections();
      }),
  };
}
