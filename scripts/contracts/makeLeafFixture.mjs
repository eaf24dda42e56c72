// @ts-check
/**
 * Leaves and proofs for the registry's tests, made by the studio's own commitment code, which builds
 * its trees with @openzeppelin/merkle-tree.
 *
 * Run: node scripts/contracts/makeLeafFixture.mjs contracts/test/fixtures/leaves.json
 */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runnerImport } from "vite";

const path = process.argv[2];
if (!path) throw new Error("name the file to write");

const root = fileURLToPath(new URL("../..", import.meta.url));
const config = {
  root,
  configFile: /** @type {const} */ (false),
  resolve: { alias: { "@": `${root}src` } },
};
/** @type {{ module: typeof import("../../src/fingerprint/commitment.ts") }} */
const { module: commitments } = await runnerImport("/src/fingerprint/commitment.ts", config);
/** @type {{ module: typeof import("../../src/fingerprint/secrets.ts") }} */
const { module: secrets } = await runnerImport("/src/fingerprint/secrets.ts", config);

const master = Uint8Array.from(createHash("sha256").update("leaf fixture").digest());

/**
 * @param {number} index
 * @returns {import("../../src/fingerprint/commitment.ts").CommittedPair}
 */
function pairOf(index) {
  return {
    index,
    mode: index % 2 ? "quiet" : "loud",
    text: `What does the ${index}th lighthouse keeper say? ★`,
    prompt: [1, 100 + index, 200 + index],
    candidates: [7, 11, 13, 17].map((token) => token + index),
    baseLogProbs: [-0.5, -1.25, -2.75, -4 - index],
  };
}

/** @param {number} count */
function bank(count) {
  const pairs = Array.from({ length: count }, (_, index) => pairOf(index));
  const tree = commitments.commit(master, pairs);
  return {
    count,
    leaves: pairs.map((pair) => {
      const salt = secrets.pairSalt(master, pair.index);
      const secret = secrets.pairSecret(master, pair.index);
      const [index, keyHash, candidatesHash, saltHex, secretHash] = commitments.leafOf(
        pair,
        salt,
        secret,
      );
      return {
        candidatesHash,
        index: Number(index),
        keyHash,
        proof: tree.proof(pair.index),
        salt: saltHex,
        secretHash,
      };
    }),
    root: tree.root,
  };
}

// Seven leaves lie at two depths; one leaf is its own root.
const fixture = { seven: bank(7), single: bank(1) };
writeFileSync(path, `${JSON.stringify(fixture, null, 1)}\n`);
