import { createHash } from "node:crypto";
import { assert, asyncProperty, constantFrom, integer, property, uint8Array } from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { concat, encodeAbiParameters, keccak256, parseAbiParameters } from "viem";
import { revealPairs, type Bank } from "./bank.ts";
import { responseIndex } from "./beacon.ts";
import { canonicalJson } from "./canonicalJson.ts";
import { candidatesHash, commit, keyHash, leafOf, type CommittedPair } from "./commitment.ts";
import { fromHex, isHex, toHex, type Hex } from "./encoding.ts";
import { makeToyBank } from "./fixtures/toyBank.ts";
import { manifestHash } from "./manifest.ts";
import { verifyReveal } from "./reveal.ts";
import { pairSalt, pairSecret } from "./secrets.ts";

let bank: Bank;
beforeAll(async () => {
  ({ bank } = await makeToyBank({ count: 7 }));
});

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();
const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const hex = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString("hex")}`;

test("hashes follow the documented bytes", () => {
  const [pair] = bank.pairs;
  const text = Buffer.from(pair.text, "utf8");
  const key = Buffer.concat([
    Buffer.from("signet/key/1\0"),
    u32(pair.prompt.length),
    ...pair.prompt.map(u32),
    u32(text.length),
    text,
  ]);
  expect(keyHash(pair)).toBe(hex(sha256(key)));
  const doubles = Buffer.alloc(8 * pair.baseLogProbs.length);
  pair.baseLogProbs.forEach((value, j) => doubles.writeDoubleBE(value, 8 * j));
  const candidates = Buffer.concat([
    Buffer.from("signet/candidates/1\0"),
    Buffer.from([pair.mode === "loud" ? 1 : 0]),
    u32(pair.candidates.length),
    ...pair.candidates.map(u32),
    doubles,
  ]);
  expect(candidatesHash(pair)).toBe(hex(sha256(candidates)));
});

test("the root is what a contract would verify", () => {
  const [revealed] = revealPairs(bank, [3]);
  const pair = bank.pairs[3];
  const secretHash = hex(
    sha256(Buffer.concat([Buffer.from("signet/secret/1\0"), fromHex(revealed.secret, 32)])),
  );
  // OpenZeppelin MerkleProof: leaf = keccak(keccak(abi.encode(…))), nodes = keccak(sorted pair).
  const encoded = encodeAbiParameters(
    parseAbiParameters("uint256, bytes32, bytes32, bytes32, bytes32"),
    [3n, keyHash(pair), candidatesHash(pair), revealed.salt, secretHash],
  );
  let node = keccak256(keccak256(encoded));
  for (const sibling of revealed.proof) {
    node = keccak256(concat(node < sibling ? [node, sibling] : [sibling, node]));
  }
  expect(node).toBe(bank.root);
});

test("the response is the first bits of the documented hash", () => {
  for (const pair of bank.pairs) {
    const index = Buffer.alloc(32);
    index.writeUInt32BE(pair.index, 28);
    const digest = sha256(
      Buffer.concat([
        pairSecret(bank.master, pair.index),
        fromHex(bank.beacon.value, 32),
        fromHex(bank.root, 32),
        index,
      ]),
    );
    expect(pair.responseIndex).toBe(digest[0] >> 5);
  }
  const manifest = Buffer.from(canonicalJson(bank.manifest), "utf8");
  expect(bank.beacon.value).toBe(hex(sha256(Buffer.concat([fromHex(bank.root, 32), manifest]))));
  expect(manifestHash(bank.manifest)).toBe(hex(sha256(manifest)));
});

const CHANGES: Record<string, (pair: CommittedPair, by: number) => CommittedPair> = {
  text: (pair) => ({ ...pair, text: `${pair.text}.` }),
  prompt: (pair, by) => ({ ...pair, prompt: changed(pair.prompt, by) }),
  promptEnd: (pair) => ({ ...pair, prompt: pair.prompt.slice(0, -1) }),
  candidates: (pair, by) => ({ ...pair, candidates: changed(pair.candidates, by) }),
  swapped: (pair) => ({
    ...pair,
    candidates: [pair.candidates[1], pair.candidates[0], ...pair.candidates.slice(2)],
  }),
  base: (pair, by) => ({
    ...pair,
    baseLogProbs: pair.baseLogProbs.with(by % 8, pair.baseLogProbs[by % 8] - 1e-9),
  }),
  mode: (pair) => ({ ...pair, mode: pair.mode === "loud" ? "quiet" : "loud" }),
};

function changed(ids: readonly number[], by: number): number[] {
  return ids.map((id, at) => (at === by % ids.length ? id ^ (1 << (by % 10)) : id));
}

test("changing anything committed changes the root", () => {
  assert(
    property(
      constantFrom(...Object.keys(CHANGES)),
      integer({ min: 0, max: 6 }),
      integer({ min: 0, max: 1000 }),
      (kind, index, by) => {
        const pairs = bank.pairs.map((pair) =>
          pair.index === index ? CHANGES[kind](pair, by) : pair,
        );
        expect(commit(bank.master, pairs).root).not.toBe(bank.root);
      },
    ),
    { numRuns: 150, seed: 1 },
  );
});

test("changing any bit of the secret, the salt or the index changes the leaf", () => {
  const pair = bank.pairs[0];
  const salt = pairSalt(bank.master, 0);
  const secret = pairSecret(bank.master, 0);
  const leaf = leafOf(pair, salt, secret);
  for (let bit = 0; bit < 256; bit++) {
    const flip = (bytes: Uint8Array) =>
      bytes.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
    expect(leafOf(pair, flip(salt), secret)).not.toEqual(leaf);
    expect(leafOf(pair, salt, flip(secret))).not.toEqual(leaf);
    const master = flip(bank.master);
    expect(pairSecret(master, 0)).not.toEqual(secret);
  }
  expect(leafOf({ ...pair, index: 1 }, salt, secret)).not.toEqual(leaf);
});

test("a revealed pair verifies alone, and no tampered one does", () => {
  for (const reveal of revealPairs(bank, [0, 3, 6])) {
    const verified = verifyReveal(JSON.parse(JSON.stringify(reveal)), bank.root, bank.beacon.value);
    expect(verified.responseIndex).toBe(bank.pairs[reveal.index].responseIndex);
    expect(verified.responseToken).toBe(reveal.candidates[verified.responseIndex]);

    const flip = (text: Hex): Hex => `0x${text[2] === "0" ? "1" : "0"}${text.slice(3)}` as Hex;
    const tampered: object[] = [
      { ...reveal, salt: flip(reveal.salt) },
      { ...reveal, secret: flip(reveal.secret) },
      { ...reveal, index: reveal.index + 1 },
      { ...reveal, text: `${reveal.text}!` },
      { ...reveal, mode: reveal.mode === "loud" ? "quiet" : "loud" },
      { ...reveal, candidates: reveal.candidates.toReversed() },
      { ...reveal, baseLogProbs: reveal.baseLogProbs.with(2, -3) },
      { ...reveal, proof: reveal.proof.slice(1) },
      { ...reveal, proof: reveal.proof.map(flip) },
      { ...reveal, extra: 1 },
    ];
    for (const bad of tampered) {
      expect(() => verifyReveal(bad, bank.root, bank.beacon.value)).toThrow(
        expect.objectContaining({ code: "REVEAL_INVALID" }),
      );
    }
    expect(() => verifyReveal(reveal, flip(bank.root), bank.beacon.value)).toThrow(/committed/u);
  }
});

test("responses are uniform, and another beacon draws them anew", () => {
  const width = 16;
  const count = 16_000;
  const draw = (beacon: Hex) =>
    Array.from({ length: count }, (_, i) =>
      responseIndex(pairSecret(bank.master, i % 500), beacon, bank.root, i, width),
    );
  const first = draw(toHex(new Uint8Array(32).fill(1)));
  const second = draw(toHex(new Uint8Array(32).fill(2)));
  const chiSquare = (counts: number[], expected: number) =>
    counts.reduce((sum, value) => sum + (value - expected) ** 2 / expected, 0);
  const counts = Array.from({ length: width }, (_, r) => first.filter((x) => x === r).length);
  // 15 degrees of freedom: the 99.99 % point is 44.3.
  expect(chiSquare(counts, count / width)).toBeLessThan(44.3);
  const joint = Array.from({ length: width * width }, () => 0);
  first.forEach((r, i) => joint[width * r + second[i]]++);
  // 255 degrees of freedom: the 99.99 % point is 347.7. Independent draws fill all cells alike.
  expect(chiSquare(joint, count / width ** 2)).toBeLessThan(347.7);
});

test("hex goes there and back and has one spelling", async () => {
  await assert(
    asyncProperty(uint8Array({ minLength: 0, maxLength: 64 }), async (bytes) => {
      expect(fromHex(toHex(bytes), bytes.length)).toEqual(bytes);
    }),
  );
  expect(isHex(`0x${"ab".repeat(32)}`, 32)).toBe(true);
  expect(isHex(`0x${"ab".repeat(31)}`, 32)).toBe(false);
  expect(isHex("ab".repeat(33), 32)).toBe(false);
  expect(isHex(`0x${"AB".repeat(32)}`, 32)).toBe(false);
});
