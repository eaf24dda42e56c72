// @ts-check

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i;

/**
 * What stands between other pages in the same browser and what this server reaches for its own page.
 *
 * @param {import("node:http").IncomingMessage} request
 * @param {boolean} loopback whether the server listens to this machine only
 * @param {number} mostBytes of the body
 * @returns {[status: number, text: string] | null} why it is refused
 */
export function refusePage({ method, headers }, loopback, mostBytes) {
  const host = headers.host ?? "";
  // A page elsewhere whose name was pointed at this machine would call itself the same origin.
  if (loopback && !LOOPBACK.test(host)) return [403, "Not for this host"];
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") {
    return [403, "Not for other pages"];
  }
  const { origin } = headers;
  if (origin !== undefined && origin !== `http://${host}`) return [403, "Not for other pages"];
  if (method !== "POST") return null;
  // Pages elsewhere can send other types without being asked.
  const type = headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();
  if (type !== "application/json") return [415, "JSON only"];
  if (Number(headers["content-length"] ?? 0) > mostBytes) return [413, "Too large"];
  return null;
}
