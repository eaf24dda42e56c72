import * as v from "valibot";
import { getAbiItem, getAddress, isAddress, keccak256, encodeAbiParameters, sha256 } from "viem";
import type { Address, ContractFunctionArgs } from "viem";
import { decodeToken } from "@/permission/token.ts";
import { canonicalJson } from "@/fingerprint/canonicalJson.ts";
import { responseIndex } from "@/fingerprint/beacon.ts";
import { candidatesBytes, keyBytes, leafOf, verifyLeaf } from "@/fingerprint/commitment.ts";
import { fromHex, isHex, taggedHash, toHex, type Hex } from "@/fingerprint/encoding.ts";
import { hexSchema, MAX_PAIRS } from "@/fingerprint/manifest.ts";
import type { RevealedPair } from "@/fingerprint/reveal.ts";
import { proverNetworkAbi } from "../generated/proverNetwork.ts";
import { baseUrlOf, hostIdOf } from "./hostId.ts";
import { invalidFiling, mismatch } from "./filingError.ts";

const MAX_BYTES = 900_000;
const word = hexSchema(32);
const bytes = v.pipe(
  v.custom<Hex>(
    (value) => typeof value === "string" && /^0x(?:[0-9a-f]{2})*$/.test(value),
    "expected bytes of 0x hex",
  ),
  v.maxLength(2 + 2 * MAX_BYTES),
);
const whole = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff));

/** All that one opened pair needs on the chain against one host. It holds the pair's secret. */
export const filingSchema = v.strictObject({
  format: v.literal("signet-filing"),
  version: v.literal(1),
  createdAt: v.pipe(v.string(), v.isoTimestamp()),
  chainId: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  /** The prover network that it is for. */
  network: v.pipe(
    v.custom<Address>((value) => typeof value === "string" && isAddress(value, { strict: false })),
    v.transform((value) => getAddress(value)),
  ),
  /** uint64 as a decimal. */
  model: v.pipe(v.string(), v.regex(/^[1-9]\d{0,19}$/)),
  epoch: whole,
  /** Base URL in the spelling of `baseUrlOf`, and its hash. */
  host: v.strictObject({ url: v.pipe(v.string(), v.maxLength(2_000)), id: word }),
  leaf: v.strictObject({
    index: v.pipe(whole, v.maxValue(MAX_PAIRS - 1)),
    keyHash: word,
    candidatesHash: word,
    salt: word,
    secretHash: word,
  }),
  proof: v.pipe(v.array(word), v.maxLength(32)),
  secret: word,
  /** uint32 n ‖ n × uint32 token ‖ uint32 size ‖ text. */
  key: bytes,
  /** mode ‖ uint32 k ‖ k × uint32 token ‖ k × float64. */
  candidates: bytes,
  /** Hash of the transcript, which stays off the chain. */
  evidenceHash: word,
  /** Hides what the commit is about. Whoever loses it cannot reveal. */
  salt: word,
  /** The host's signed receipt as a token, `omlr1.…`: class A. Null: class B. */
  receipt: v.nullable(v.pipe(v.string(), v.maxLength(4_096))),
});

export type Filing = v.InferOutput<typeof filingSchema>;

/** What the registry has of the epoch; `Epoch` of the indexer and `epochOf` both fit. */
export interface FiledEpoch {
  readonly root: Hex;
  readonly beacon: Hex | null;
  readonly count: number;
  readonly width: number;
}

export interface FilingInput {
  chainId: number;
  network: Address;
  model: bigint;
  epoch: number;
  /** The committed root; the pair's path must lead to it. */
  root: Hex;
  hostUrl: string;
  /** One pair of a challenge, `challenge.pairs[i]`. */
  pair: RevealedPair;
  evidenceHash: Hex;
  /** 32 random bytes of `newSalt()`, drawn anew for every filing. */
  salt: Hex;
  createdAt: string;
  /** Token of the host's receipt for this key, where there is one. */
  receipt?: string | null;
}

/** 32 bytes from the platform's cryptographic generator. */
export function newSalt(): Hex {
  return toHex(crypto.getRandomValues(new Uint8Array(32)));
}

/**
 * The filing of one opened pair against one host.
 * @throws FilingError FILING_MISMATCH when pair, root or receipt do not belong together, BAD_HOST_URL,
 * FILING_INVALID when a value is out of range.
 */
export function filingOf(input: FilingInput): Filing {
  const { pair, root } = input;
  const secret = fromHex(pair.secret, 32);
  const leaf = leafOf(pair, fromHex(pair.salt, 32), secret);
  if (!verifyLeaf(root, leaf, pair.proof)) throw mismatch("the path does not lead to the root");
  const [, keyHash, candidatesHash, salt, secretHash] = leaf;
  const url = baseUrlOf(input.hostUrl);
  const filing = readFiling({
    format: "signet-filing",
    version: 1,
    createdAt: input.createdAt,
    chainId: input.chainId,
    network: input.network,
    model: String(input.model),
    epoch: input.epoch,
    host: { url, id: hostIdOf(url) },
    leaf: { index: pair.index, keyHash, candidatesHash, salt, secretHash },
    proof: pair.proof,
    secret: pair.secret,
    key: toHex(keyBytes(pair)),
    candidates: toHex(candidatesBytes(pair)),
    evidenceHash: input.evidenceHash,
    salt: input.salt,
    receipt: input.receipt ?? null,
  });
  if (filing.receipt !== null) checkReceipt(filing);
  return filing;
}

/**
 * Reads a filing of any origin; the hash of the host's URL is checked, what stands on the chain is not.
 * @throws FilingError FILING_INVALID.
 */
export function readFiling(value: unknown): Filing {
  const parsed = v.safeParse(filingSchema, value);
  if (!parsed.success) throw invalidFiling(v.summarize(parsed.issues));
  const filing = parsed.output;
  if (BigInt(filing.model) >= 2n ** 64n) throw invalidFiling("the model's number is too large");
  const { url, id } = filing.host;
  if (baseUrlOf(url) !== url || hostIdOf(url) !== id) {
    throw invalidFiling("the hash is not that of the host's base URL");
  }
  return filing;
}

/** Most filings that are read from one file. */
export const MAX_FILINGS = 256;

/** Reads a file: one filing, or an array of them. @throws FilingError FILING_INVALID. */
export function readFilings(json: string): Filing[] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw invalidFiling("not JSON", cause);
  }
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0 || list.length > MAX_FILINGS)
    throw invalidFiling("no filings, or too many");
  return list.map(readFiling);
}

/** A filing as text. It holds a secret: keep it until the pair is revealed. */
export function writeFiling(filing: Filing): string {
  return `${canonicalJson(filing)}\n`;
}

/** Names a filing in storage; the same file read twice has the same name. */
export function filingId(filing: Filing): Hex {
  return keccak256(toBytes(canonicalJson(filing)));
}

export type RevealArgs = ContractFunctionArgs<typeof proverNetworkAbi, "nonpayable", "reveal">;

/** The contract's `Reveal`. */
export function revealOf(filing: Filing): RevealArgs[0] {
  const { model, epoch, host, leaf, proof, secret, key, candidates, evidenceHash, salt } = filing;
  return {
    model: BigInt(model),
    epoch,
    host: host.id,
    leaf: { ...leaf, index: BigInt(leaf.index) },
    proof,
    secret,
    key,
    candidates,
    evidenceHash,
    salt,
  };
}

const [, REVEAL] = getAbiItem({ abi: proverNetworkAbi, name: "commitOf" }).inputs;

/** What a prover commits: `commitOf` of the contract, keccak256(abi.encode(prover, chain, network, reveal)). */
export function commitHashOf(filing: Filing, prover: Address): Hex {
  return keccak256(
    encodeAbiParameters(
      [{ type: "address" }, { type: "uint256" }, { type: "address" }, REVEAL],
      [prover, BigInt(filing.chainId), filing.network, revealOf(filing)],
    ),
  );
}

/**
 * Checks what the contract will check on reveal, and computes the response.
 * @returns the token that the beacon chose
 * @throws FilingError FILING_MISMATCH.
 */
export function checkFiling(filing: Filing, epoch: FiledEpoch): number {
  const { leaf, proof, secret } = filing;
  const key = fromHex(filing.key, filing.key.length / 2 - 1);
  const candidates = fromHex(filing.candidates, filing.candidates.length / 2 - 1);
  const { index, keyHash, candidatesHash, salt, secretHash } = leaf;
  if (index >= epoch.count) throw mismatch("the bank has fewer pairs");
  if (!verifyLeaf(epoch.root, [String(index), keyHash, candidatesHash, salt, secretHash], proof)) {
    throw mismatch("the path does not lead to the root");
  }
  const secretBytes = fromHex(secret, 32);
  if (
    toHex(taggedHash("signet/secret/1", secretBytes)) !== secretHash ||
    toHex(taggedHash("signet/key/1", key)) !== keyHash ||
    toHex(taggedHash("signet/candidates/1", candidates)) !== candidatesHash
  ) {
    throw mismatch("secret, key or candidates are not the leaf's");
  }
  const view = new DataView(candidates.buffer, candidates.byteOffset, candidates.byteLength);
  if (candidates.length !== 5 + 12 * epoch.width || view.getUint32(1) !== epoch.width) {
    throw mismatch("the candidates have another width");
  }
  if (epoch.beacon === null) throw mismatch("the beacon is not sealed yet");
  const position = responseIndex(secretBytes, epoch.beacon, epoch.root, index, epoch.width);
  return view.getUint32(5 + 4 * position);
}

/** The key's text, as it is sent to the host. @throws FilingError FILING_INVALID. */
export function keyTextOf({ key }: Pick<Filing, "key">): string {
  const all = fromHex(key, key.length / 2 - 1);
  const view = new DataView(all.buffer, all.byteOffset, all.byteLength);
  const start = all.length < 8 ? 0 : 8 + 4 * view.getUint32(0);
  if (start === 0 || start > all.length || view.getUint32(start - 4) !== all.length - start) {
    throw invalidFiling("the key's lengths do not add up");
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(all.subarray(start));
  } catch (cause) {
    throw invalidFiling("the key's text is not UTF-8", cause);
  }
}

/** A filing's receipt and its signature, for `revealWithReceipt`; null in class B. */
export function receiptOf({ receipt }: Pick<Filing, "receipt">) {
  if (receipt === null) return null;
  try {
    const { domain, message, signature } = decodeToken("Receipt", receipt);
    return { domain, message, signature };
  } catch (cause) {
    throw invalidFiling("the receipt cannot be read", cause);
  }
}

function checkReceipt(filing: Filing): void {
  const receipt = receiptOf(filing);
  if (receipt === null) return;
  const { domain, message } = receipt;
  if (domain.chainId !== filing.chainId) throw mismatch("the receipt is from another chain");
  if (String(message.model) !== filing.model) throw mismatch("the receipt is for another model");
  if (message.inputHash !== sha256(toBytes(keyTextOf(filing)))) {
    throw mismatch("the receipt is for another question");
  }
}

function toBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The same evidence under a new salt, for another commit after the first one's time ran out. */
export function recommitted(filing: Filing, salt: Hex): Filing {
  if (!isHex(salt, 32) || salt === filing.salt) throw new RangeError("a new salt is needed");
  return { ...filing, salt };
}
