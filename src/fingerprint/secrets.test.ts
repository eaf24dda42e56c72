import { hkdfSync } from "node:crypto";
import { expect, test } from "vitest";
import { SeededStream } from "./random.ts";
import {
  createMasterSecret,
  fromRecoveryPhrase,
  generatePassphrase,
  pairSalt,
  pairSecret,
  toRecoveryPhrase,
} from "./secrets.ts";

test("pair secrets and salts are HKDF-SHA-256 with the documented info", () => {
  const master = createMasterSecret();
  for (const index of [0, 1, 31, 65_535]) {
    const expected = (info: string) => new Uint8Array(hkdfSync("sha256", master, "", info, 32));
    expect(pairSecret(master, index)).toEqual(expected(`signet/pair/${index}`));
    expect(pairSalt(master, index)).toEqual(expected(`signet/salt/${index}`));
  }
});

// Vectors of the BIP-39 reference implementation (trezor/python-mnemonic, vectors.json).
test("recovery phrases are BIP-39", () => {
  const zero = new Uint8Array(32);
  expect(toRecoveryPhrase(zero)).toBe(`${"abandon ".repeat(23)}art`);
  expect(toRecoveryPhrase(zero.fill(0x7f))).toBe(
    `${"legal winner thank year wave sausage worth useful ".repeat(2)}legal winner thank year wave sausage worth title`,
  );
  const master = createMasterSecret();
  const phrase = toRecoveryPhrase(master);
  expect(fromRecoveryPhrase(`  ${phrase.toUpperCase().replaceAll(" ", " \n ")} `)).toEqual(master);
});

test("a wrong phrase is told without being quoted", () => {
  const phrase = `${"abandon ".repeat(23)}art`;
  for (const [bad, message] of [
    ["abandon", "24 words"],
    [phrase.replace("art", "artt"), "Word 24"],
    [phrase.replace("art", "abandon"), "checksum"],
  ]) {
    expect(() => fromRecoveryPhrase(bad)).toThrow(
      expect.objectContaining({
        code: "RECOVERY_PHRASE_INVALID",
        message: expect.stringContaining(message),
      }),
    );
    expect(() => fromRecoveryPhrase(bad)).not.toThrow(/abandon/u);
  }
});

test("generated passphrases differ and are long", () => {
  const made = new Set(Array.from({ length: 20 }, () => generatePassphrase()));
  expect(made.size).toBe(20);
  for (const phrase of made) expect(phrase.split("-")).toHaveLength(8);
});

test("the seeded stream is even, replayable and gives permutations", () => {
  const stream = new SeededStream(new Uint8Array(32).fill(3));
  const replay = new SeededStream(new Uint8Array(32).fill(3));
  const counts = Array.from({ length: 10 }, () => 0);
  let sum = 0;
  for (let i = 0; i < 20_000; i++) {
    const u = stream.uniform();
    expect(replay.uniform()).toBe(u);
    sum += u;
    counts[Math.floor(10 * u)]++;
  }
  expect(sum / 20_000).toBeCloseTo(0.5, 1);
  // 9 degrees of freedom: the 99.99 % point is 33.7.
  expect(counts.reduce((x2, c) => x2 + (c - 2000) ** 2 / 2000, 0)).toBeLessThan(33.7);
  const places = Array.from({ length: 6 }, () => 0);
  for (let i = 0; i < 6000; i++) {
    const order = stream.permutation(6);
    expect(order.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5]);
    places[order[0]]++;
  }
  // 5 degrees of freedom: the 99.99 % point is 25.7.
  expect(places.reduce((x2, c) => x2 + (c - 1000) ** 2 / 1000, 0)).toBeLessThan(25.7);
});
