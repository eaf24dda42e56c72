// @ts-check
import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { BadInput } from "../badInput.mjs";
import { sizeText, table } from "./tables.mjs";

const HEADER_BYTES = 88;
const MOST_JSON_BYTES = 64e6;

/** @typedef {{ json: Record<string, unknown>, text: string }} Described */

/** @param {string} path @param {number} length */
function firstBytes(path, length) {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(file, bytes, 0, length, 0));
  } finally {
    closeSync(file);
  }
}

/**
 * What a bank shows without its passphrase: format, key derivation and size (the layout is that of
 * src/fingerprint/vaultHeader.ts).
 *
 * @param {Buffer} header
 * @param {number} sizeBytes
 * @returns {Described}
 */
export function describeBank(header, sizeBytes) {
  if (header.length < HEADER_BYTES) throw new BadInput("The bank file is not whole");
  const sum = createHash("sha256").update(header.subarray(0, 84)).digest().subarray(0, 4);
  if (!sum.equals(header.subarray(84, 88))) {
    throw new BadInput("The header of the bank file is damaged; use another copy");
  }
  const bodyBytes = Number(header.readBigUInt64BE(60));
  if (sizeBytes !== HEADER_BYTES + bodyBytes) throw new BadInput("The bank file is not whole");
  const json = {
    kind: "bank",
    version: header[8],
    encryption: "AES-256-GCM",
    kdf: {
      name: "Argon2id",
      memoryKib: header.readUInt32BE(16),
      passes: header.readUInt32BE(20),
      lanes: header.readUInt32BE(24),
    },
    encryptedBytes: bodyBytes,
  };
  const { memoryKib, passes, lanes } = json.kdf;
  const rows = [
    ["Bank", `encrypted, format ${json.version}`],
    ["Encryption", json.encryption],
    ["Key", `Argon2id, ${memoryKib / 1024} MiB, ${passes} passes, ${lanes} lanes`],
    ["Contents", `${sizeText(bodyBytes)}; its passphrase opens it`],
  ];
  return { json, text: table(rows).join("\n") };
}

/**
 * @param {any} report as src/fingerprint/reportSchema.ts describes it
 * @returns {string[][]}
 */
function reportRows({ result, suspect, device, createdAt, bank, evidence }) {
  const fact = (
    /** @type {string} */ name,
    /** @type {string | number | null | undefined} */ value,
  ) => (value === undefined || value === null ? [] : [[name, String(value)]]);
  return [
    ...fact("Verdict", result?.verdict),
    ...fact("log10 E", result?.log10E),
    ...fact("p", result?.pValue),
    ...fact("Hits", result && `${result.hits} of ${result.keys} keys`),
    ...fact("Suspect", suspect?.name),
    ...fact("Device", device?.kind),
    ...fact("Written", createdAt),
    ...fact("Evidence", evidence && `${evidence.length} keys`),
    ...fact("Root", bank?.root),
  ];
}

/** @param {unknown} value @returns {string} */
function cell(value) {
  if (Array.isArray(value)) return `${value.length} entries`;
  if (typeof value === "object" && value !== null) return JSON.stringify(value);
  return String(value);
}

/** @param {string} text */
function clip(text) {
  return text.length > 160 ? `${text.slice(0, 159)}…` : text;
}

/**
 * @param {string} text
 * @returns {Described | null} null when this is none of Signet's own documents
 */
export function describeJson(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const format = value?.format;
  if (typeof format !== "string" || !format.startsWith("signet")) return null;
  const rows =
    format === "signet-report"
      ? reportRows(value)
      : Object.entries(value).map(([name, entry]) => [name, clip(cell(entry))]);
  return { json: { kind: format, ...value }, text: table(rows).join("\n") };
}

/**
 * @param {string} path absolute
 * @returns {Described | null} null when the file is not one of Signet's own
 */
export function inspectDocument(path) {
  const { size } = statSync(path);
  const header = firstBytes(path, HEADER_BYTES);
  if (header.subarray(0, 8).toString("latin1") === "SIGNETBK") return describeBank(header, size);
  if (header[0] !== 0x7b || size > MOST_JSON_BYTES) return null;
  return describeJson(readFileSync(path, "utf8"));
}
