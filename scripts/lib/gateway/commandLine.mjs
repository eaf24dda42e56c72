// @ts-check
import { readFileSync } from "node:fs";
import { BadInput } from "../badInput.mjs";
import { parseOptions, wholeNumber } from "../options.mjs";

export const GATEWAY_HELP = `Sells calls of an OpenAI-compatible server to holders of a licence: npm run gateway -- [options]

Needed
  --upstream <url>       base URL of the server behind, such as http://127.0.0.1:8000/v1
  --rpc <url>            JSON-RPC of the chain
  --channel <0x…>        the usage channel contract
  --licences <0x…>       the licence token contract
  --model <n>            number of the model in the registry
  --price <n>            price of a call, in the token's smallest unit
  SIGNET_HOST_KEY        environment variable: the host's private key; it signs receipts and settlements

Prices and risk, in the token's smallest unit
  --token <0x…>          token of the channels; without it the chain's coin
  --price-input <n>      price of 1,000 input tokens (0)
  --price-output <n>     price of 1,000 output tokens (0)
  --max-output <n>       most output tokens of a call (1024)
  --risk-cap <n>         most that a caller may owe without a voucher (0)
  --policy <file>        the host's own conditions, a text of at most 64 KiB

Chain
  --mode <m>             strict or relaxed: what happens while the chain cannot be read (strict)
  --cache <s>            how long what was read holds, in seconds (12)
  --stale <s>            relaxed: how long it stands in, in seconds (600)
  --offline-cap <n>      relaxed: most that is taken from a caller meanwhile (0)
  --settle-every <s>     seconds between settlements (3600)
  --settle-at <n>        settle too when this much is owed
  --watch <s>            seconds between looks at closes and sessions that end (15)
  --batch <n>            most vouchers in one transaction (50)

Serving
  --listen <address>     address to listen on (127.0.0.1)
  --port <n>             port, 0 for any free one (8799)
  --books <file>         SQLite file of vouchers and calls (gateway.sqlite)
  --max-body <n>         most bytes of a request (1048576)
  --timeout <s>          seconds that the server behind may be silent (120)
  --upstream-model <id>  name of the model there; without it the caller's is passed on
  --allow-origin <o>     origin of web pages that may call
  SIGNET_UPSTREAM_KEY    environment variable: API key of the server behind
  --help                 this text`;

const OPTIONS = /** @type {const} */ ({
  upstream: { type: "string" },
  rpc: { type: "string" },
  channel: { type: "string" },
  licences: { type: "string" },
  model: { type: "string" },
  price: { type: "string" },
  token: { type: "string" },
  "price-input": { type: "string" },
  "price-output": { type: "string" },
  "max-output": { type: "string" },
  "risk-cap": { type: "string" },
  policy: { type: "string" },
  mode: { type: "string" },
  cache: { type: "string" },
  stale: { type: "string" },
  "offline-cap": { type: "string" },
  "settle-every": { type: "string" },
  "settle-at": { type: "string" },
  watch: { type: "string" },
  batch: { type: "string" },
  listen: { type: "string" },
  port: { type: "string" },
  books: { type: "string" },
  "max-body": { type: "string" },
  timeout: { type: "string" },
  "upstream-model": { type: "string" },
  "allow-origin": { type: "string" },
  help: { type: "boolean", short: "h" },
});

const MAX_AMOUNT = 2n ** 128n - 1n;
const MAX_POLICY_BYTES = 65_536;

/** @typedef {{ [K in keyof typeof OPTIONS]?: string | boolean }} Values */

/** @param {Values} values @param {keyof typeof OPTIONS} flag */
function textOf(values, flag) {
  const value = values[flag];
  return typeof value === "string" ? value : undefined;
}

/** @param {Values} values @param {keyof typeof OPTIONS} flag */
function required(values, flag) {
  const text = textOf(values, flag);
  if (text === undefined) throw new BadInput(`--${flag} is needed; see --help`);
  return text;
}

/** @param {Values} values @param {keyof typeof OPTIONS} flag */
function httpUrl(values, flag) {
  const text = required(values, flag);
  try {
    const url = new URL(text);
    if (url.protocol === "http:" || url.protocol === "https:") return text.replace(/\/+$/, "");
  } catch {
    // Said below, without the text, which may hold a key.
  }
  throw new BadInput(`--${flag} takes an http or https URL`);
}

/** @param {Values} values @param {keyof typeof OPTIONS} flag @param {string} [fallback] */
function address(values, flag, fallback) {
  const text = textOf(values, flag) ?? fallback ?? required(values, flag);
  if (!/^0x[0-9a-fA-F]{40}$/.test(text)) {
    throw new BadInput(`--${flag} takes an address of 40 hexadecimal digits after 0x`);
  }
  return /** @type {const} */ (`0x${text.slice(2)}`);
}

/** @param {Values} values @param {keyof typeof OPTIONS} flag @param {string} [fallback] */
function amount(values, flag, fallback) {
  const text = textOf(values, flag) ?? fallback ?? required(values, flag);
  const value = /^\d{1,39}$/.test(text) ? BigInt(text) : -1n;
  if (value < 0n || value > MAX_AMOUNT) {
    throw new BadInput(`--${flag} takes a whole number of the token's smallest unit`);
  }
  return value;
}

/** @param {Values} values @param {keyof typeof OPTIONS} flag @param {number} fallback @param {number} min @param {number} max */
function number(values, flag, fallback, min, max) {
  return wholeNumber(textOf(values, flag), flag, { min, max }) ?? fallback;
}

/** @param {Values} values @returns {"strict" | "relaxed"} */
function modeOf(values) {
  const mode = textOf(values, "mode") ?? "strict";
  if (mode === "strict" || mode === "relaxed") return mode;
  throw new BadInput("--mode takes strict or relaxed");
}

/** @param {string | undefined} path */
function policyText(path) {
  if (path === undefined) return "";
  let text;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    throw new BadInput(`--policy: ${path} cannot be read`);
  }
  if (Buffer.byteLength(text) > MAX_POLICY_BYTES) throw new BadInput("--policy: over 64 KiB");
  return text;
}

/** @param {string | undefined} text */
function keyOf(text) {
  if (text === undefined || text === "") {
    throw new BadInput("The environment variable SIGNET_HOST_KEY is needed; see --help");
  }
  if (!/^0x[0-9a-fA-F]{64}$/.test(text)) {
    throw new BadInput("SIGNET_HOST_KEY is no private key of 64 hexadecimal digits after 0x");
  }
  return /** @type {const} */ (`0x${text.slice(2)}`);
}

/**
 * @param {readonly string[]} argv
 * @param {Record<string, string | undefined>} environment
 * @returns {{ config: Omit<import("./startGateway.ts").GatewayConfig, "log">, hostKey: `0x${string}` } | null}
 * null when help was asked for
 */
export function readGatewayConfig(argv, environment) {
  const { values, positionals } = parseOptions(argv, OPTIONS);
  if (positionals.length > 0) throw new BadInput(`Unexpected argument "${positionals[0]}"`);
  if (values.help) return null;
  const upstreamKey = environment.SIGNET_UPSTREAM_KEY;
  const config = {
    upstream: httpUrl(values, "upstream"),
    upstreamModel: values["upstream-model"] ?? null,
    upstreamHeaders: /** @type {Record<string, string>} */ (
      upstreamKey ? { authorization: `Bearer ${upstreamKey}` } : {}
    ),
    rpcUrl: httpUrl(values, "rpc"),
    channel: address(values, "channel"),
    licences: address(values, "licences"),
    model: amount(values, "model"),
    token: address(values, "token", `0x${"0".repeat(40)}`),
    price: {
      perCall: amount(values, "price"),
      perThousandInput: amount(values, "price-input", "0"),
      perThousandOutput: amount(values, "price-output", "0"),
    },
    maxOutputTokens: number(values, "max-output", 1_024, 1, 1_000_000),
    riskCap: amount(values, "risk-cap", "0"),
    offlineRiskCap: amount(values, "offline-cap", "0"),
    policyText: policyText(values.policy),
    mode: modeOf(values),
    cacheSeconds: number(values, "cache", 12, 0, 3_600),
    staleSeconds: number(values, "stale", 600, 1, 86_400),
    settleEverySeconds: number(values, "settle-every", 3_600, 1, 604_800),
    settleAt: values["settle-at"] === undefined ? null : amount(values, "settle-at"),
    batchSize: number(values, "batch", 50, 1, 200),
    watchSeconds: number(values, "watch", 15, 1, 300),
    listenHost: values.listen ?? "127.0.0.1",
    port: number(values, "port", 8_799, 0, 65_535),
    booksFile: values.books ?? "gateway.sqlite",
    maxBodyBytes: number(values, "max-body", 1_048_576, 1_024, 134_217_728),
    upstreamTimeoutMs: 1_000 * number(values, "timeout", 120, 1, 3_600),
    allowOrigin: values["allow-origin"] ?? null,
  };
  return { config, hostKey: keyOf(environment.SIGNET_HOST_KEY) };
}
