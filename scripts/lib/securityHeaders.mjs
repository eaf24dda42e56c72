// @ts-check
import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Sent with everything. Document-Isolation-Policy lets threads be used where a browser knows it and,
 * unlike COOP, leaves wallet windows alone.
 */
const COMMON = {
  "X-Content-Type-Options": "nosniff",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Document-Isolation-Policy": "isolate-and-require-corp",
  "Referrer-Policy": "no-referrer",
  "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=()",
  "X-Frame-Options": "DENY",
};

const META = /<meta\s[^>]*http-equiv=["']?content-security-policy["']?[^>]*>/i;

/**
 * @param {string} html
 * @returns {string | null} the policy in the page's meta element
 */
export function contentSecurityPolicy(html) {
  const meta = META.exec(html)?.[0];
  const content = meta === undefined ? undefined : /content="([^"]*)"/i.exec(meta)?.[1];
  if (content === undefined) return null;
  return content
    .replaceAll("&#39;", "'")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&")
    .replace(/\s+/g, " ")
    .trim();
}

/**
 * @param {string} root folder with index.html
 * @returns {Record<string, string>} headers for every answer, with the page's own policy
 */
export function securityHeaders(root) {
  let policy = null;
  try {
    policy = contentSecurityPolicy(readFileSync(join(root, "index.html"), "utf8"));
  } catch {
    // A folder without a page still gets the other headers.
  }
  if (policy === null) return { ...COMMON };
  const framed = `${policy.replace(/;$/, "")}; frame-ancestors 'none'`;
  return { ...COMMON, "Content-Security-Policy": framed };
}
