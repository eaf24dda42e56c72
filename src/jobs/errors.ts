import { AppError } from "@/lib/errors.ts";

export type JobErrorCode =
  | "TEXT_UNAVAILABLE"
  | "RUN_NOT_RESUMABLE"
  | "BEACON_NEEDED"
  | "BEACON_DIFFERS"
  | "BEACON_INVALID"
  | "OWNER_INVALID"
  | "CHECKPOINT_DAMAGED"
  | "RECOVERY_GAVE_UP"
  | "TEXT_TOO_SHORT"
  | "HOST_UNREACHABLE"
  | "HOST_REFUSES"
  | "HOST_NOT_OPENAI"
  | "HOST_MODEL_NEEDED"
  | "TOKENIZER_NEEDED"
  | "NO_LOUD_PAIRS"
  | "NO_IDENTITY"
  | "IDENTITY_LOST"
  | "IDENTITY_EXISTS"
  | "BANK_NOT_OPEN"
  | "BANK_NOT_SAVED";

/** A job of a worker that could not go on. */
export class JobError extends AppError<JobErrorCode> {}
