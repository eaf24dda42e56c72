import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { float64, isHex, taggedHash, toHex, uint32, type Hex } from "./encoding.ts";
import { pairSalt, pairSecret } from "./secrets.ts";

/**
 * Solidity types of a leaf: (i, keyHash, candidatesHash, salt_i, secretHash). The tree hashes it as
 * keccak256(keccak256(abi.encode(…))), the format that OpenZeppelin's MerkleProof verifies.
 */
export const LEAF_TYPES: readonly string[] = [
  "uint256",
  "bytes32",
  "bytes32",
  "bytes32",
  "bytes32",
];

export type Leaf = [index: string, key: Hex, candidates: Hex, salt: Hex, secret: Hex];

/** loud: the response is the greedy answer. quiet: only the candidates' order is shifted. */
export type PairMode = "loud" | "quiet";

/** Everything of a pair that is fixed before the beacon, apart from its secrets. */
export interface CommittedPair {
  index: number;
  mode: PairMode;
  /** What is sent as text. */
  text: string;
  /** x: the whole prompt in token ids, template and BOS included. */
  prompt: readonly number[];
  /** C_i: k token ids, most probable first. */
  candidates: readonly number[];
  /** log p_base(c_j | x) in nats, in the order of the candidates. */
  baseLogProbs: readonly number[];
}

/**
 * SHA-256 of "signet/key/1" ‖ 0x00 ‖ uint32 |x| ‖ uint32 x_0 … ‖ uint32 byte length of the text ‖
 * the text in UTF-8; integers big-endian.
 */
export function keyHash(pair: Pick<CommittedPair, "text" | "prompt">): Hex {
  return toHex(taggedHash("signet/key/1", keyBytes(pair)));
}

/** What `keyHash` hashes after its tag, as the prover network's reveal carries it. */
export function keyBytes(pair: Pick<CommittedPair, "text" | "prompt">): Uint8Array {
  const text = utf8ToBytes(pair.text);
  return concatBytes(uint32List(pair.prompt), uint32(text.length), text);
}

/**
 * SHA-256 of "signet/candidates/1" ‖ 0x00 ‖ 0x01 loud or 0x00 quiet ‖ uint32 k ‖ uint32 c_0 … ‖
 * float64 log p_base(c_0 | x) …; big-endian. The base log-probabilities are in it because an owner
 * who could still choose them after the beacon could choose the evidence.
 */
export function candidatesHash(
  pair: Pick<CommittedPair, "mode" | "candidates" | "baseLogProbs">,
): Hex {
  return toHex(taggedHash("signet/candidates/1", candidatesBytes(pair)));
}

/**
 * What `candidatesHash` hashes after its tag, as the prover network's reveal carries it.
 * @throws RangeError unless there are as many base log-probabilities as candidates.
 */
export function candidatesBytes(
  pair: Pick<CommittedPair, "mode" | "candidates" | "baseLogProbs">,
): Uint8Array {
  if (pair.candidates.length !== pair.baseLogProbs.length) {
    throw new RangeError("as many base log-probabilities as candidates");
  }
  const mode = Uint8Array.of(pair.mode === "loud" ? 1 : 0);
  const base = concatBytes(...pair.baseLogProbs.map(float64));
  return concatBytes(mode, uint32List(pair.candidates), base);
}

/** SHA-256 of "signet/secret/1" ‖ 0x00 ‖ s_i. */
export function secretHash(secret: Uint8Array): Hex {
  if (secret.length !== 32) throw new RangeError("a pair's secret has 32 bytes");
  return toHex(taggedHash("signet/secret/1", secret));
}

/** The leaf of a pair from its two secrets. */
export function leafOf(pair: CommittedPair, salt: Uint8Array, secret: Uint8Array): Leaf {
  return [String(pair.index), keyHash(pair), candidatesHash(pair), toHex(salt), secretHash(secret)];
}

/** The tree over a bank's pairs, whose indices must be 0..n-1 in order. */
export interface Commitment {
  root: Hex;
  /** Sibling hashes from the leaf of the pair up to the root. */
  proof(index: number): Hex[];
}

/** Commits to the pairs of a bank: OpenZeppelin's standard Merkle tree over their leaves. */
export function commit(master: Uint8Array, pairs: readonly CommittedPair[]): Commitment {
  const leaves = pairs.map((pair, position) => {
    if (pair.index !== position) throw new RangeError("pairs must be numbered from 0 in order");
    return leafOf(pair, pairSalt(master, position), pairSecret(master, position));
  });
  const tree = StandardMerkleTree.of(leaves, [...LEAF_TYPES]);
  return {
    root: asHex(tree.root),
    proof: (index) => tree.getProof(index).map(asHex),
  };
}

/** True when the path leads from the leaf to the root. Malformed input is false, never a throw. */
export function verifyLeaf(root: Hex, leaf: Leaf, proof: readonly Hex[]): boolean {
  try {
    return StandardMerkleTree.verify(root, [...LEAF_TYPES], leaf, [...proof]);
  } catch {
    return false;
  }
}

function asHex(text: string): Hex {
  if (!isHex(text, 32)) throw new RangeError("not a 32-byte hash");
  return text;
}

function uint32List(values: readonly number[]): Uint8Array {
  return concatBytes(uint32(values.length), ...values.map(uint32));
}
