import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import * as v from "valibot";
import { canonicalJson } from "../canonicalJson.ts";
import { toHex, type Hex } from "../encoding.ts";
import { FingerprintError } from "../errors.ts";
import { hexSchema, MAX_PAIRS } from "../manifest.ts";

/** Longest answer that is read and kept, UTF-16 units; one token is asked for. */
export const MAX_ANSWER_CHARS = 262_144;
const text = (maxLength: number) => v.pipe(v.string(), v.maxLength(maxLength));
const instant = v.pipe(v.string(), v.isoTimestamp());
const whole = v.pipe(v.number(), v.integer(), v.minValue(0));

const callSchema = v.strictObject({
  /** Pair that was asked; null for the call that only finds out how the host answers. */
  index: v.nullable(v.pipe(whole, v.maxValue(MAX_PAIRS - 1))),
  at: instant,
  elapsedMs: whole,
  /** Below the base URL. */
  path: text(200),
  /** As it was sent. No header of the request is kept: they may hold a permission. */
  request: text(MAX_ANSWER_CHARS),
  response: v.nullable(
    v.strictObject({
      status: v.pipe(whole, v.maxValue(999)),
      /** Those that say who answered, when, and against which receipt; names in small letters. */
      headers: v.record(v.string(), text(8_192)),
      /** As it came. */
      body: text(MAX_ANSWER_CHARS),
    }),
  ),
  /** Why there is no response. */
  problem: v.nullable(text(200)),
});

const transcriptSchema = v.strictObject({
  format: v.literal("signet-transcript"),
  version: v.literal(1),
  startedAt: instant,
  endedAt: instant,
  host: v.strictObject({ name: text(200), url: text(2_000), model: v.nullable(text(500)) }),
  route: v.picklist(["completions", "chat"]),
  listsTokens: v.boolean(),
  /** What the keys belong to. */
  set: v.strictObject({ root: hexSchema(32), beacon: hexSchema(32), manifestHash: hexSchema(32) }),
  tokenizerHash: text(200),
  calls: v.pipe(v.array(callSchema), v.maxLength(8 * MAX_PAIRS)),
});

/** One request to a host and what came back; repeated requests are entries of their own. */
export type TranscriptCall = v.InferOutput<typeof callSchema>;

/** Everything that was said between prover and host. It holds the keys: whoever reads it knows them. */
export type Transcript = v.InferOutput<typeof transcriptSchema>;

/** The evidence file: canonical JSON and a line end. */
export function writeTranscript(transcript: Transcript): string {
  return `${canonicalJson(transcript)}\n`;
}

/** SHA-256 of the evidence file, byte for byte, as sha256sum prints it. */
export function transcriptHash(file: string): Hex {
  return toHex(sha256(utf8ToBytes(file)));
}

/** @throws FingerprintError TRANSCRIPT_INVALID. */
export function readTranscript(json: string): Transcript {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw invalid("not JSON", cause);
  }
  const parsed = v.safeParse(transcriptSchema, value);
  if (!parsed.success) throw invalid(parsed.issues[0].message);
  return parsed.output;
}

function invalid(details: string, cause?: unknown): FingerprintError {
  return new FingerprintError(
    "TRANSCRIPT_INVALID",
    "This is not a transcript of an audit.",
    "Choose the evidence file that the auditor wrote.",
    { details, cause },
  );
}
