import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import * as v from "valibot";
import { canonicalJson } from "./canonicalJson.ts";
import { isHex, toHex, type Hex } from "./encoding.ts";

/** Name and version of the scheme that everything here implements. */
export const SCHEME = "signet/bound-perinucleus/1";

/** Largest bank: leaf counts and pair indices stay within what the registry accepts. */
export const MAX_PAIRS = 65_536;

export const hexSchema = (length: number) =>
  v.custom<Hex>((value) => isHex(value, length), `expected ${length} bytes of 0x hex`);

/** What is committed together with the root, before any beacon is known; holds no secret. */
export const manifestSchema = v.strictObject({
  scheme: v.literal(SCHEME),
  /** Number of pairs n. */
  pairs: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_PAIRS)),
  /** How many of them are loud. */
  loud: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_PAIRS)),
  /** Candidates per pair k. */
  width: v.pipe(
    v.number(),
    v.integer(),
    v.minValue(2),
    v.maxValue(65_536),
    v.check((k) => (k & (k - 1)) === 0, "k must be a power of two"),
  ),
  /** Nucleus threshold t. */
  nucleus: v.pipe(v.number(), v.minValue(0), v.maxValue(0.999999)),
  tokenizerHash: v.pipe(v.string(), v.maxLength(200)),
  templateHash: v.nullable(v.pipe(v.string(), v.maxLength(200))),
  /** True when keys are sent as the user turn of the chat template. */
  chat: v.boolean(),
  /** Hash of the untouched weights, or null when it was not taken. */
  baseModelHash: v.nullable(v.pipe(v.string(), v.maxLength(200))),
  /** Address of the owner's wallet, or null without one. */
  owner: v.nullable(v.pipe(v.string(), v.maxLength(200))),
});

export type Manifest = v.InferOutput<typeof manifestSchema>;

/** SHA-256 of the manifest's canonical JSON in UTF-8: what the chain stores beside the root. */
export function manifestHash(manifest: Manifest): Hex {
  return toHex(sha256(utf8ToBytes(canonicalJson(manifest))));
}
