import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { FingerprintError } from "./errors.ts";

/** Cost of Argon2id (RFC 9106). */
export interface KdfCost {
  memoryKib: number;
  passes: number;
  lanes: number;
}

/** RFC 9106 §4, second recommendation: 64 MiB, 3 passes, 4 lanes; about a second in a browser. */
export const DEFAULT_KDF_COST: KdfCost = { memoryKib: 65_536, passes: 3, lanes: 4 };

/**
 * Header of `bank.signet`, 88 bytes, integers big-endian:
 *
 *     0  8  "SIGNETBK"             32 16  salt of Argon2id
 *     8  1  version, 1             48 12  nonce of AES-256-GCM
 *     9  1  KDF, 1 = Argon2id      60  8  bytes of the body, its 16-byte tag included
 *    10  2  zero                   68 16  key check: first half of SHA-256("signet/vault-check" ‖ …)
 *    12  4  zero                   84  4  first 4 bytes of SHA-256 of bytes 0 to 83
 *    16  4  memory, KiB
 *    20  4  passes
 *    24  4  lanes
 *    28  4  zero
 *
 * The whole header is additional data of the body's encryption, so that none of it can be changed.
 */
export interface VaultHeader {
  cost: KdfCost;
  salt: Uint8Array<ArrayBuffer>;
  nonce: Uint8Array<ArrayBuffer>;
  bodyBytes: number;
  check: Uint8Array<ArrayBuffer>;
}

export const HEADER_BYTES = 88;
export const CHECK_BYTES = 16;

const MAGIC = utf8ToBytes("SIGNETBK");
const VERSION = 1;
const ARGON2ID = 1;
/** A hostile header must not make a reader spend gigabytes or hours. */
const LIMITS: KdfCost = { memoryKib: 1 << 20, passes: 32, lanes: 64 };

/** The header's 88 bytes. */
export function writeHeader(header: VaultHeader): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC, 0);
  bytes[8] = VERSION;
  bytes[9] = ARGON2ID;
  view.setUint32(16, header.cost.memoryKib);
  view.setUint32(20, header.cost.passes);
  view.setUint32(24, header.cost.lanes);
  bytes.set(header.salt, 32);
  bytes.set(header.nonce, 48);
  view.setBigUint64(60, BigInt(header.bodyBytes));
  bytes.set(header.check, 68);
  bytes.set(sha256(bytes.subarray(0, 84)).subarray(0, 4), 84);
  return bytes;
}

/**
 * Reads the header of a vault file and checks the file's length against it.
 * @throws FingerprintError VAULT_NOT_RECOGNISED, VAULT_VERSION, VAULT_TRUNCATED,
 * VAULT_HEADER_DAMAGED.
 */
export function readHeader(file: Uint8Array): VaultHeader {
  if (file.length < MAGIC.length || MAGIC.some((byte, at) => file[at] !== byte)) {
    throw new FingerprintError(
      "VAULT_NOT_RECOGNISED",
      "This file is not a Signet bank.",
      "Choose the file named bank.signet that was saved with the model.",
    );
  }
  if (file.length < HEADER_BYTES) throw truncated(file.length, HEADER_BYTES);
  const checksum = sha256(file.subarray(0, 84)).subarray(0, 4);
  const intact = checksum.every((byte, at) => file[84 + at] === byte);
  if (file[8] !== VERSION) {
    throw new FingerprintError(
      "VAULT_VERSION",
      "The bank file was written by a newer Signet, or its first bytes are damaged.",
      "Open it with a newer Signet, or use another copy.",
      { details: `format version ${file[8]}, this program reads ${VERSION}` },
    );
  }
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const cost: KdfCost = {
    memoryKib: view.getUint32(16),
    passes: view.getUint32(20),
    lanes: view.getUint32(24),
  };
  const length = view.getBigUint64(60);
  if (!intact || file[9] !== ARGON2ID || !costAllowed(cost) || length > 2n ** 40n) {
    throw new FingerprintError(
      "VAULT_HEADER_DAMAGED",
      "The header of the bank file is damaged.",
      "Use another copy of the file.",
    );
  }
  const bodyBytes = Number(length);
  if (file.length !== HEADER_BYTES + bodyBytes) {
    throw truncated(file.length, HEADER_BYTES + bodyBytes);
  }
  return {
    cost,
    salt: Uint8Array.from(file.subarray(32, 48)),
    nonce: Uint8Array.from(file.subarray(48, 60)),
    bodyBytes,
    check: Uint8Array.from(file.subarray(68, 84)),
  };
}

function costAllowed(cost: KdfCost): boolean {
  const within = (value: number, limit: number) => value >= 1 && value <= limit;
  return (
    within(cost.passes, LIMITS.passes) &&
    within(cost.lanes, LIMITS.lanes) &&
    within(cost.memoryKib, LIMITS.memoryKib) &&
    cost.memoryKib >= 8 * cost.lanes
  );
}

function truncated(have: number, need: number): FingerprintError {
  return new FingerprintError(
    "VAULT_TRUNCATED",
    "The bank file is not whole.",
    "Copy or download it again.",
    { details: `needs ${need} bytes, has ${have}` },
  );
}
