import { AppError } from "@/lib/errors.ts";

export type FingerprintErrorCode =
  | "BAD_SETTINGS"
  | "VOCABULARY_TOO_SMALL"
  | "TEXT_TOO_PREDICTABLE"
  | "TOO_FEW_KEYS"
  | "RECOVERY_PHRASE_INVALID"
  | "BANK_INVALID"
  | "BANK_VERSION"
  | "BANK_TAMPERED"
  | "BASE_MISMATCH"
  | "PASSPHRASE_MISSING"
  | "PASSPHRASE_WRONG"
  | "VAULT_NOT_RECOGNISED"
  | "VAULT_VERSION"
  | "VAULT_TRUNCATED"
  | "VAULT_HEADER_DAMAGED"
  | "VAULT_TAMPERED"
  | "TOKENIZER_MISMATCH"
  | "TEMPLATE_MISMATCH"
  | "VOCABULARY_MISMATCH"
  | "LOGITS_NOT_FINITE"
  | "LOGITS_ALL_ZERO"
  | "MANIFEST_INVALID"
  | "REVEAL_INVALID"
  | "REPORT_INVALID"
  | "REPORT_TAMPERED"
  | "CHALLENGE_INVALID"
  | "CHALLENGE_TAMPERED"
  | "CHALLENGE_NOT_YOURS"
  | "RECIPIENT_INVALID"
  | "IDENTITY_INVALID"
  | "PAIRS_TOO_FEW"
  | "TRANSCRIPT_INVALID"
  | "PEER_FILE_INVALID";

/** Something the fingerprint scheme could not do with this model, bank, passphrase or report. */
export class FingerprintError extends AppError<FingerprintErrorCode> {}
