import * as v from "valibot";
import { keyOrder, revealPairs, type Bank } from "./bank.ts";
import { beaconSchema } from "./bankFile.ts";
import { unboundBeacon } from "./beacon.ts";
import { burn, type BurnEntry } from "./burnLog.ts";
import { canonicalJson } from "./canonicalJson.ts";
import { FingerprintError } from "./errors.ts";
import { hexSchema, manifestSchema, MAX_PAIRS } from "./manifest.ts";
import { revealSchema, verifyReveal } from "./reveal.ts";
import type { TestSet } from "./testSet.ts";

const challengeSchema = v.strictObject({
  format: v.literal("signet-challenge"),
  version: v.literal(1),
  createdAt: v.pipe(v.string(), v.isoTimestamp()),
  /** Whom the pairs are shown to. */
  prover: v.pipe(v.string(), v.minLength(1), v.maxLength(500)),
  manifest: manifestSchema,
  root: hexSchema(32),
  beacon: beaconSchema,
  pairs: v.pipe(v.array(revealSchema), v.minLength(1), v.maxLength(MAX_PAIRS)),
});

/** Chosen pairs, opened for one prover: a small bank that proves itself and holds no other secret. */
export type Challenge = v.InferOutput<typeof challengeSchema>;

/**
 * Opens pairs for a prover and notes it in the burn log. The pairs keep the order that the bank's
 * secret fixes.
 */
export function createChallenge(
  bank: Bank,
  indices: readonly number[],
  options: { prover: string; createdAt: string },
): { challenge: Challenge; bank: Bank } {
  const burnt = burnForChallenge(bank, indices, options);
  return { challenge: challengeOf(burnt, burnt.burns.length - 1), bank: burnt };
}

/**
 * The bank with these pairs noted as shown to a prover. Save it before the challenge is made: what is
 * not in a saved burn log could be shown twice.
 * @throws RangeError for pairs that are not there, or none.
 */
export function burnForChallenge(
  bank: Bank,
  indices: readonly number[],
  options: { prover: string; createdAt: string },
): Bank {
  const wanted = new Set(indices);
  const pairs = keyOrder(bank).filter((index) => wanted.has(index));
  if (pairs.length !== wanted.size || pairs.length === 0) throw new RangeError("no such pairs");
  return burn(bank, {
    pairs,
    shownTo: options.prover,
    at: options.createdAt,
    purpose: "challenge",
  });
}

/**
 * The challenge of an entry of the burn log: the same however often it is made.
 * @param entry position in the log
 * @throws RangeError when there is no such entry, or it is no challenge.
 */
export function challengeOf(bank: Bank, entry: number): Challenge {
  const burnt: BurnEntry | undefined = bank.burns[entry];
  if (burnt?.purpose !== "challenge") throw new RangeError("the burn log has no such challenge");
  return {
    format: "signet-challenge",
    version: 1,
    createdAt: burnt.at,
    prover: burnt.shownTo,
    manifest: bank.manifest,
    root: bank.root,
    beacon: bank.beacon,
    pairs: revealPairs(bank, burnt.pairs),
  };
}

/** The challenge as text. It holds the secrets of its pairs: send it to its prover only. */
export function writeChallenge(challenge: Challenge): string {
  return `${canonicalJson(challenge)}\n`;
}

/**
 * Reads a challenge and verifies every pair against its root.
 * @throws FingerprintError CHALLENGE_INVALID, REVEAL_INVALID.
 */
export function readChallenge(json: string): { challenge: Challenge; testSet: TestSet } {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw invalid("not JSON", cause);
  }
  const parsed = v.safeParse(challengeSchema, value);
  if (!parsed.success) throw invalid(parsed.issues[0].message);
  const challenge = parsed.output;
  const { manifest, root, beacon } = challenge;
  if (beacon.kind === "unbound" && unboundBeacon(root, manifest).value !== beacon.value) {
    throw invalid("the unbound beacon is not the root's");
  }
  const seen = new Set<number>();
  const pairs = challenge.pairs.map((reveal) => {
    const { pair, responseIndex } = verifyReveal(reveal, root, beacon.value);
    if (pair.candidates.length !== manifest.width) throw invalid("a pair has another width");
    if (pair.index >= manifest.pairs || seen.has(pair.index)) throw invalid("a pair is repeated");
    seen.add(pair.index);
    const { salt: _salt, secret: _secret, proof: _proof, ...shown } = pair;
    return { ...shown, responseIndex };
  });
  return { challenge, testSet: { manifest, root, beacon, pairs } };
}

function invalid(details: string, cause?: unknown): FingerprintError {
  return new FingerprintError(
    "CHALLENGE_INVALID",
    "This is not a valid challenge.",
    "Ask the model's owner for the challenge file again.",
    { details, cause },
  );
}
