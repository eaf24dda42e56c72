import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { entropyToMnemonic, generateMnemonic, mnemonicToEntropy } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { FingerprintError } from "./errors.ts";
import { SeededStream } from "./random.ts";

/** Bytes of the master secret, of each pair's secret and of each pair's salt. */
export const SECRET_BYTES = 32;

/** 32 bytes from the platform's cryptographic generator: the root of everything secret in a bank. */
export function createMasterSecret(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
}

/** The master secret as 24 English words (BIP-39, with its checksum). */
export function toRecoveryPhrase(master: Uint8Array): string {
  return entropyToMnemonic(checkMaster(master), wordlist);
}

/**
 * The master secret of a recovery phrase; case and spacing do not matter.
 * @throws FingerprintError RECOVERY_PHRASE_INVALID, which never quotes the phrase.
 */
export function fromRecoveryPhrase(phrase: string): Uint8Array {
  const words = phrase.normalize("NFKD").trim().toLowerCase().split(/\s+/u);
  const invalid = (message: string) =>
    new FingerprintError(
      "RECOVERY_PHRASE_INVALID",
      message,
      "Type the 24 words in the order in which they were shown; each is on the BIP-39 English list.",
    );
  if (words.length !== 24) {
    throw invalid(`A recovery phrase has 24 words, this one has ${words.length}.`);
  }
  const unknown = words.findIndex((word) => !wordlist.includes(word));
  if (unknown >= 0) throw invalid(`Word ${unknown + 1} of the recovery phrase is not on the list.`);
  try {
    return Uint8Array.from(mnemonicToEntropy(words.join(" "), wordlist));
  } catch {
    throw invalid("The recovery phrase's checksum does not fit: a word is wrong or misplaced.");
  }
}

/** A passphrase of BIP-39 words for vaults that no person types; 8 words carry about 88 bits. */
export function generatePassphrase(wordCount = 8): string {
  const words = generateMnemonic(wordlist, 256).split(" ");
  // The last word of a mnemonic is mostly checksum, so only the others are used.
  return words.slice(0, Math.min(Math.max(wordCount, 6), 23)).join("-");
}

/** s_i = HKDF-SHA-256(s, no salt, info "signet/pair/" ‖ i in decimal ASCII), 32 bytes. */
export function pairSecret(master: Uint8Array, index: number): Uint8Array {
  return derive(master, `signet/pair/${checkIndex(index)}`);
}

/** salt_i = HKDF-SHA-256(s, no salt, info "signet/salt/" ‖ i in decimal ASCII), 32 bytes. */
export function pairSalt(master: Uint8Array, index: number): Uint8Array {
  return derive(master, `signet/salt/${checkIndex(index)}`);
}

/** What the streams drawn from the master secret are for; each has a seed of its own. */
export type StreamPurpose =
  | "keys"
  | "reference"
  | "near-miss"
  | "modes"
  | "order"
  | "training"
  | "evaluation";

/** The replayable random stream of one purpose: seed HKDF-SHA-256(s, info "signet/stream/" ‖ purpose). */
export function secretStream(master: Uint8Array, purpose: StreamPurpose): SeededStream {
  return new SeededStream(derive(master, `signet/stream/${purpose}`));
}

function derive(master: Uint8Array, info: string): Uint8Array {
  return hkdf(sha256, checkMaster(master), undefined, utf8ToBytes(info), SECRET_BYTES);
}

function checkMaster(master: Uint8Array): Uint8Array {
  if (master.length !== SECRET_BYTES) throw new RangeError("a master secret has 32 bytes");
  return master;
}

function checkIndex(index: number): number {
  if (!Number.isInteger(index) || index < 0 || index > 0xffffffff) {
    throw new RangeError(`pair index out of range: ${index}`);
  }
  return index;
}
