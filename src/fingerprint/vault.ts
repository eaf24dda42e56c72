import { argon2idAsync } from "@noble/hashes/argon2.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { throwIfAborted } from "@/lib/errors.ts";
import type { Bank, CommittedBank } from "./bank.ts";
import { bankFromJson, bankToJson } from "./bankFile.ts";
import { FingerprintError } from "./errors.ts";
import {
  CHECK_BYTES,
  DEFAULT_KDF_COST,
  HEADER_BYTES,
  readHeader,
  writeHeader,
  type KdfCost,
  type VaultHeader,
} from "./vaultHeader.ts";

/** What the passphrase gives; kept while a bank is open, so that saving it again costs nothing. */
export interface VaultKey {
  readonly cost: KdfCost;
  readonly salt: Uint8Array<ArrayBuffer>;
  /** AES-256-GCM, not extractable. */
  readonly aes: CryptoKey;
  /** Tells a wrong passphrase from a damaged body. */
  readonly check: Uint8Array<ArrayBuffer>;
}

const TAG_BYTES = 16;

export interface KdfOptions {
  cost?: KdfCost;
  signal?: AbortSignal | undefined;
  /** Fraction of the key derivation done, 0 to 1. */
  onProgress?: (fraction: number) => void;
}

/**
 * A new vault key with a fresh salt. Argon2id gives 64 bytes: the AES key, then what the key check
 * is hashed from.
 * @throws FingerprintError PASSPHRASE_MISSING for an empty passphrase; AbortError.
 */
export function createVaultKey(passphrase: string, options: KdfOptions = {}): Promise<VaultKey> {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  return deriveVaultKey(passphrase, options.cost ?? DEFAULT_KDF_COST, salt, options);
}

/**
 * The key of an existing vault file.
 * @throws FingerprintError as readHeader, PASSPHRASE_MISSING, PASSPHRASE_WRONG; AbortError.
 */
export async function unlockVault(
  file: Uint8Array,
  passphrase: string,
  options: KdfOptions = {},
): Promise<VaultKey> {
  const header = readHeader(file);
  const key = await deriveVaultKey(passphrase, header.cost, header.salt, options);
  if (!fits(key, header)) throw wrongPassphrase();
  return key;
}

/**
 * Encrypts a bank under an open key, with a fresh nonce each time. What could not be read again is
 * not written.
 * @throws FingerprintError as bankFromJson.
 */
export async function writeVault(
  bank: Bank | CommittedBank,
  key: VaultKey,
): Promise<Uint8Array<ArrayBuffer>> {
  const json = bankToJson(bank);
  bankFromJson(json);
  const plain = Uint8Array.from(utf8ToBytes(json));
  const header = writeHeader({
    cost: key.cost,
    salt: key.salt,
    nonce: crypto.getRandomValues(new Uint8Array(12)),
    bodyBytes: plain.length + TAG_BYTES,
    check: key.check,
  });
  const algorithm = { name: "AES-GCM", iv: header.subarray(48, 60), additionalData: header };
  const body = await crypto.subtle.encrypt(algorithm, key.aes, plain);
  return Uint8Array.from(concatBytes(header, new Uint8Array(body)));
}

/**
 * Decrypts a vault file with a key from unlockVault.
 * @throws FingerprintError as readHeader, PASSPHRASE_WRONG, VAULT_TAMPERED, as bankFromJson.
 */
export async function readVault(file: Uint8Array, key: VaultKey): Promise<Bank | CommittedBank> {
  const header = readHeader(file);
  if (!fits(key, header)) throw wrongPassphrase();
  const algorithm = {
    name: "AES-GCM",
    iv: header.nonce,
    additionalData: Uint8Array.from(file.subarray(0, HEADER_BYTES)),
  };
  let plain: ArrayBuffer;
  try {
    plain = await crypto.subtle.decrypt(
      algorithm,
      key.aes,
      Uint8Array.from(file.subarray(HEADER_BYTES)),
    );
  } catch {
    throw new FingerprintError(
      "VAULT_TAMPERED",
      "The passphrase is right, but the bank file was changed or damaged.",
      "Use another copy of the file.",
    );
  }
  return bankFromJson(new TextDecoder().decode(plain));
}

/** Encrypts a bank under a passphrase: createVaultKey and writeVault in one. */
export async function sealVault(
  bank: Bank | CommittedBank,
  passphrase: string,
  options: KdfOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  return writeVault(bank, await createVaultKey(passphrase, options));
}

/** Opens a vault file by its passphrase: unlockVault and readVault in one. */
export async function openVault(
  file: Uint8Array,
  passphrase: string,
  options: KdfOptions = {},
): Promise<Bank | CommittedBank> {
  return readVault(file, await unlockVault(file, passphrase, options));
}

async function deriveVaultKey(
  passphrase: string,
  cost: KdfCost,
  salt: Uint8Array<ArrayBuffer>,
  options: KdfOptions,
): Promise<VaultKey> {
  if (passphrase === "") {
    throw new FingerprintError(
      "PASSPHRASE_MISSING",
      "A bank is always encrypted, and the passphrase is empty.",
      "Give a passphrase; a sentence that only you know is a good one.",
    );
  }
  // NFKC, so that one passphrase typed on two keyboards is the same bytes.
  const bytes = await argon2idAsync(utf8ToBytes(passphrase.normalize("NFKC")), salt, {
    m: cost.memoryKib,
    t: cost.passes,
    p: cost.lanes,
    dkLen: 64,
    asyncTick: 20,
    onProgress: (fraction) => {
      throwIfAborted(options.signal);
      options.onProgress?.(fraction);
    },
  });
  const aes = await crypto.subtle.importKey("raw", bytes.slice(0, 32), "AES-GCM", false, [
    "encrypt",
    "decrypt",
  ]);
  const digest = sha256(concatBytes(utf8ToBytes("signet/vault-check"), bytes.subarray(32)));
  return { cost, salt, aes, check: Uint8Array.from(digest.subarray(0, CHECK_BYTES)) };
}

function fits(key: VaultKey, header: VaultHeader): boolean {
  const sameSalt = key.salt.every((byte, at) => byte === header.salt[at]);
  return sameSalt && key.check.every((byte, at) => byte === header.check[at]);
}

function wrongPassphrase(): FingerprintError {
  return new FingerprintError(
    "PASSPHRASE_WRONG",
    "The passphrase does not open this bank.",
    "Check capitals, spaces and the keyboard layout, and try again.",
  );
}
