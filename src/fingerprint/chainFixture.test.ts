import { readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { describe, expect, test } from "vitest";
import { responseIndex } from "./beacon.ts";
import {
  candidatesHash,
  commit,
  keyHash,
  leafOf,
  verifyLeaf,
  type CommittedPair,
  type PairMode,
} from "./commitment.ts";
import { float64, fromHex, toHex, uint32, type Hex } from "./encoding.ts";
import { pairSalt, pairSecret } from "./secrets.ts";

/** What scripts/oracle/make_fingerprint_proofs.py wrote for the contracts' tests. */
interface Fixture {
  count: number;
  width: number;
  master: Hex;
  beacon: Hex;
  root: Hex;
  pairsHash: Hex;
  shown: {
    index: number;
    keyHash: Hex;
    candidatesHash: Hex;
    salt: Hex;
    secretHash: Hex;
    proof: Hex[];
    secret: Hex;
    key: Hex;
    candidates: Hex;
    position: number;
    response: number;
    pair: CommittedPair;
  }[];
}

const path = new URL("../../contracts/test/fixtures/fingerprints.json", import.meta.url);
const fixture: Fixture = JSON.parse(readFileSync(path, "utf8"));
const master = fromHex(fixture.master, 32);

/** The pair that the script makes for a number. */
function pairAt(index: number): CommittedPair {
  const seed = createHash("sha512").update(`pair ${index}`).digest();
  const tail = seed.subarray(0, (seed[1] % 8) + 2).toString("hex");
  const mode: PairMode = seed[3] % 4 === 0 ? "quiet" : "loud";
  const first = seed.readUInt32BE(0) >>> 4;
  return {
    index,
    mode,
    text: `Pair ${index}: ${"naïve ✓ ".repeat(seed[0] % 4)}${tail}`,
    prompt: Array.from({ length: 4 + (seed[2] % 8) }, (_, i) => seed.readUInt16BE(2 * i)),
    candidates: Array.from({ length: fixture.width }, (_, j) => first + 977 * j),
    baseLogProbs: Array.from({ length: fixture.width }, (_, j) => (0 - seed[4 + j] - 64 * j) / 64),
  };
}

function keyBytes(pair: CommittedPair): Uint8Array {
  const text = utf8ToBytes(pair.text);
  const prompt = pair.prompt.map(uint32);
  return concatBytes(uint32(pair.prompt.length), ...prompt, uint32(text.length), text);
}

function candidateBytes(pair: CommittedPair): Uint8Array {
  const mode = Uint8Array.of(pair.mode === "loud" ? 1 : 0);
  const tokens = pair.candidates.map(uint32);
  const base = pair.baseLogProbs.map(float64);
  return concatBytes(mode, uint32(pair.candidates.length), ...tokens, ...base);
}

describe("the bank that the contracts are tested with", () => {
  const pairs = Array.from({ length: fixture.count }, (_, index) => pairAt(index));

  test("is the same bank in Python and here", () => {
    const hash = createHash("sha256");
    for (const pair of pairs) hash.update(keyBytes(pair)).update(candidateBytes(pair));
    expect(toHex(hash.digest())).toBe(fixture.pairsHash);
  });

  test("has the root, leaves and paths that this scheme computes", () => {
    const commitment = commit(master, pairs);
    expect(commitment.root).toBe(fixture.root);
    for (const shown of fixture.shown) {
      const pair = pairs[shown.index];
      expect(shown.pair).toEqual(pair);
      const leaf = leafOf(pair, pairSalt(master, pair.index), pairSecret(master, pair.index));
      const { index, keyHash: key, candidatesHash: candidates, salt, secretHash } = shown;
      expect([String(index), key, candidates, salt, secretHash]).toEqual(leaf);
      expect(shown.proof).toEqual(commitment.proof(index));
      expect(verifyLeaf(fixture.root, leaf, shown.proof)).toBe(true);
    }
  });

  test("shows the encodings that are hashed, and the response that the beacon chose", () => {
    for (const shown of fixture.shown) {
      const pair = pairs[shown.index];
      expect(shown.key).toBe(toHex(keyBytes(pair)));
      expect(shown.keyHash).toBe(keyHash(pair));
      expect(shown.candidates).toBe(toHex(candidateBytes(pair)));
      expect(shown.candidatesHash).toBe(candidatesHash(pair));
      const secret = fromHex(shown.secret, 32);
      const { beacon, root, width } = fixture;
      const position = responseIndex(secret, beacon, root, shown.index, width);
      expect(shown.position).toBe(position);
      expect(shown.response).toBe(pair.candidates[position]);
    }
  });
});
