import * as v from "valibot";
import { responseIndex } from "./beacon.ts";
import { leafOf, verifyLeaf } from "./commitment.ts";
import { fromHex, type Hex } from "./encoding.ts";
import { FingerprintError } from "./errors.ts";
import { hexSchema, MAX_PAIRS } from "./manifest.ts";

const tokenId = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff));

/** Public parts of a pair, as they stand in banks, challenges and reveals. */
export const pairFields = {
  index: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_PAIRS - 1)),
  mode: v.picklist(["loud", "quiet"]),
  text: v.pipe(v.string(), v.maxLength(100_000)),
  prompt: v.pipe(v.array(tokenId), v.minLength(1), v.maxLength(100_000)),
  candidates: v.pipe(
    v.array(tokenId),
    v.minLength(2),
    v.maxLength(65_536),
    v.check((ids) => new Set(ids).size === ids.length, "candidates must differ"),
  ),
  baseLogProbs: v.pipe(
    v.array(v.pipe(v.number(), v.finite(), v.maxValue(0))),
    v.minLength(2),
    v.maxLength(65_536),
  ),
};

/** One opened pair: enough for anyone to recompute its response, and nothing about any other. */
export const revealSchema = v.strictObject({
  ...pairFields,
  salt: hexSchema(32),
  secret: hexSchema(32),
  proof: v.pipe(v.array(hexSchema(32)), v.maxLength(32)),
});

export type RevealedPair = v.InferOutput<typeof revealSchema>;

/**
 * Checks a revealed pair against the committed root and recomputes y_i = C_i[r_i].
 * @throws FingerprintError REVEAL_INVALID when any part of it is not what was committed.
 */
export function verifyReveal(
  reveal: unknown,
  root: Hex,
  beacon: Hex,
): { pair: RevealedPair; responseIndex: number; responseToken: number } {
  const parsed = v.safeParse(revealSchema, reveal);
  if (!parsed.success) throw invalid(parsed.issues[0].message);
  const pair = parsed.output;
  const width = pair.candidates.length;
  if ((width & (width - 1)) !== 0 || width !== pair.baseLogProbs.length) {
    throw invalid("the number of candidates is not a power of two with as many probabilities");
  }
  const secret = fromHex(pair.secret, 32);
  const leaf = leafOf(pair, fromHex(pair.salt, 32), secret);
  if (!verifyLeaf(root, leaf, pair.proof)) throw invalid("the path does not lead to the root");
  const response = responseIndex(secret, beacon, root, pair.index, width);
  return { pair, responseIndex: response, responseToken: pair.candidates[response] };
}

function invalid(details: string): FingerprintError {
  return new FingerprintError(
    "REVEAL_INVALID",
    "The revealed pair is not one that was committed under this root.",
    "Ask its owner for the pair again, together with the manifest it belongs to.",
    { details },
  );
}
