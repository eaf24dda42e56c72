import * as v from "valibot";
import { parseDocument } from "yaml";
import { FingerprintError } from "../errors.ts";
import type { PeerBank, PeerPair } from "./peerPair.ts";

const MAX_BYTES = 64 << 20;
const MAX_ROWS = 1_000_000;
const line = v.pipe(v.string(), v.minLength(1), v.maxLength(100_000));
const chance = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

/** mlprints `fingerprints.yaml`; older versions say `response`, chain_hash adds negatives. */
const mlprintsRow = v.pipe(
  v.looseObject({
    id: v.optional(v.union([v.number(), v.string()])),
    query: line,
    expected_response: v.optional(line),
    response: v.optional(line),
    negative_queries: v.optional(v.array(v.string())),
  }),
  v.check((row) => (row.expected_response ?? row.response) !== undefined, "a row has no response"),
);

/** Scalable fingerprinting; OML-1.0 rows are the same with key and response alone. */
const jsonRow = v.looseObject({
  key: line,
  effective_key: v.optional(v.string()),
  response: v.union([line, v.pipe(v.array(line), v.minLength(1))]),
  response_prob: v.optional(v.union([chance, v.array(chance)])),
});

/**
 * Reads `fingerprints.yaml` of mlprints, or the JSON of OML-1.0 or of
 * scalable-fingerprinting-of-llms; which one is told by its fields.
 * @throws FingerprintError PEER_FILE_INVALID.
 */
export function readPeerFile(text: string): PeerBank {
  if (text.length > MAX_BYTES) throw invalid("the file is larger than 64 MiB");
  const rows = parseRows(text);
  if (!Array.isArray(rows)) {
    const watermark = typeof rows === "object" && rows !== null && "secret_key" in rows;
    throw invalid(
      watermark ? "it holds a watermark's secret, not pairs" : "it is not a list of pairs",
    );
  }
  if (rows.length === 0) throw invalid("it holds no pairs");
  if (rows.length > MAX_ROWS) throw invalid("it holds more than a million pairs");
  const isMlprints = typeof rows[0] === "object" && rows[0] !== null && "query" in rows[0];
  if (isMlprints) return { format: "mlprints", pairs: check(rows, mlprintsRow).map(fromMlprints) };
  const pairs = check(rows, jsonRow);
  const scalable = pairs.some(
    (row) => row.effective_key !== undefined || row.response_prob !== undefined,
  );
  return { format: scalable ? "scalable" : "oml", pairs: pairs.map(fromJson) };
}

/**
 * Key texts of the user's own: a JSON array of strings (OML-1.0's custom_fingerprints.json), any
 * peer file (its keys), or plain text with a key on each line.
 * @throws FingerprintError PEER_FILE_INVALID.
 */
export function readKeyList(text: string): string[] {
  const trimmed = text.trim();
  if (/^[[{]/u.test(trimmed)) {
    const rows = parseRows(trimmed);
    const parsed = v.safeParse(v.array(line), rows);
    if (parsed.success) return parsed.output;
    return readPeerFile(trimmed).pairs.map(({ key }) => key);
  }
  if (trimmed.startsWith("- ")) return readPeerFile(trimmed).pairs.map(({ key }) => key);
  const keys = trimmed
    .split("\n")
    .map((row) => row.trim())
    .filter((row) => row !== "");
  if (keys.length === 0) throw invalid("it holds no keys");
  return keys;
}

function fromMlprints(row: v.InferOutput<typeof mlprintsRow>): PeerPair {
  return {
    key: row.query,
    effectiveKey: null,
    responses: [row.expected_response ?? row.response ?? ""],
    probabilities: null,
    negatives: row.negative_queries ?? [],
  };
}

function fromJson(row: v.InferOutput<typeof jsonRow>): PeerPair {
  const { response_prob: given } = row;
  const probabilities = given === undefined ? null : typeof given === "number" ? [given] : given;
  return {
    key: row.key,
    effectiveKey: row.effective_key ?? null,
    responses: typeof row.response === "string" ? [row.response] : row.response,
    probabilities,
    negatives: [],
  };
}

function check<S extends v.GenericSchema>(rows: readonly unknown[], schema: S): v.InferOutput<S>[] {
  return rows.map((row, i) => {
    const parsed = v.safeParse(schema, row);
    if (parsed.success) return parsed.output;
    const path = v.getDotPath(parsed.issues[0]) ?? "the whole";
    throw invalid(`pair ${i + 1}, ${path}: ${parsed.issues[0].message}`);
  });
}

/** JSON is tried first: YAML would read it too, but slowly. */
function parseRows(text: string): unknown {
  if (/^\s*[[{]/u.test(text)) {
    try {
      return JSON.parse(text);
    } catch {
      // A flow collection of YAML, or broken; the next parser tells.
    }
  }
  try {
    const document = parseDocument(text, { schema: "core", uniqueKeys: true });
    const [error] = document.errors;
    if (error) throw error;
    // Few aliases: a file of pairs needs none, and a bomb needs many.
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw invalid("it is neither JSON nor YAML", cause);
  }
}

function invalid(details: string, cause?: unknown): FingerprintError {
  return new FingerprintError(
    "PEER_FILE_INVALID",
    "This is not a file of fingerprints that Signet knows.",
    "Choose fingerprints.yaml of mlprints, or the JSON of OML-1.0 or of scalable fingerprinting.",
    { details, cause },
  );
}
