import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { canonicalJson } from "./canonicalJson.ts";
import { fromHex, toHex, uint256, type Hex } from "./encoding.ts";
import type { Manifest } from "./manifest.ts";

/**
 * Randomness that nobody knew when the keys were committed.
 * `bound`: the hash of a later block, sealed by the registry contract. `unbound`: derived from the
 * commitment itself, which its owner could have ground; its verdicts need 2^40 times more evidence.
 */
export type Beacon =
  | {
      kind: "bound";
      value: Hex;
      /** Where it can be looked up. */
      source?: { chainId: number; blockNumber: number; registry: string };
    }
  | { kind: "unbound"; value: Hex };

/** Blocks between the commitment and the block whose hash becomes the beacon. */
export const BEACON_DELAY_BLOCKS = 8;

/** β = SHA-256(R ‖ manifest), R in 32 bytes, the manifest as canonical JSON in UTF-8. */
export function unboundBeacon(root: Hex, manifest: Manifest): Beacon {
  const json = utf8ToBytes(canonicalJson(manifest));
  return { kind: "unbound", value: toHex(sha256(concatBytes(fromHex(root, 32), json))) };
}

/** A beacon taken from a chain: the 32-byte hash of block commitBlock + Δ. */
export function boundBeacon(
  value: Hex,
  source?: { chainId: number; blockNumber: number; registry: string },
): Beacon {
  fromHex(value, 32);
  return source ? { kind: "bound", value, source } : { kind: "bound", value };
}

/**
 * r_i: the first log2 k bits of SHA-256(s_i ‖ β ‖ R ‖ i), the three in 32 bytes each and i in 32
 * bytes big-endian, so that a contract gets the same by sha256(abi.encodePacked(s, β, R, i)).
 * @throws RangeError unless k is a power of two from 2 to 65,536.
 */
export function responseIndex(
  secret: Uint8Array,
  beacon: Hex,
  root: Hex,
  index: number,
  width: number,
): number {
  if (secret.length !== 32) throw new RangeError("a pair's secret has 32 bytes");
  const bits = Math.log2(width);
  if (!Number.isInteger(bits) || bits < 1 || bits > 16) {
    throw new RangeError(`k must be a power of two from 2 to 65536, not ${width}`);
  }
  const digest = sha256(
    concatBytes(secret, fromHex(beacon, 32), fromHex(root, 32), uint256(index)),
  );
  const first16 = (digest[0] << 8) | digest[1];
  return first16 >>> (16 - bits);
}
