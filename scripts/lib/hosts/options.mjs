// @ts-check
import { BadInput } from "../badInput.mjs";

/**
 * A server that the page may call through its own.
 * @typedef {{ name: string, url: string }} ServedHost `url` without a slash at its end
 */

const NAME = /^[a-z0-9][a-z0-9-]{0,31}$/;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * @param {string} text
 * @returns {string} the base URL as it is kept
 */
function baseUrl(text) {
  /** @type {URL} */
  let url;
  try {
    url = new URL(text);
  } catch {
    throw new BadInput("--api takes NAME=URL with an http or https URL");
  }
  const { protocol, hostname, username, password, search, hash } = url;
  if (protocol !== "https:" && !(protocol === "http:" && LOOPBACK.test(hostname))) {
    throw new BadInput("--api: the URL must be https, or http on this machine");
  }
  if (username !== "" || password !== "") {
    throw new BadInput("--api: the URL must hold no user and no password");
  }
  if (search !== "" || hash !== "") throw new BadInput("--api: the URL must end with its path");
  // Clients of OpenAI's API name the base with /v1, under which everything of theirs is.
  return `${url.origin}${url.pathname.replace(/\/+$/, "").replace(/\/v1$/, "")}`;
}

/**
 * @param {readonly string[]} texts each `NAME=URL`
 * @returns {ServedHost[]}
 */
export function readHosts(texts) {
  const hosts = texts.map((text) => {
    const at = text.indexOf("=");
    const name = text.slice(0, Math.max(at, 0));
    if (!NAME.test(name)) {
      throw new BadInput(
        "--api takes NAME=URL; a name has up to 32 small letters, digits and hyphens",
      );
    }
    return { name, url: baseUrl(text.slice(at + 1)) };
  });
  const names = new Set(hosts.map(({ name }) => name));
  if (names.size < hosts.length) throw new BadInput("--api: two hosts have the same name");
  return hosts;
}
