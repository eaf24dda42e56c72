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
  | "TEXT_TOO_SHORT";

/** A job of a worker that could not go on. */
export class JobError extends AppError<JobErrorCode> {}
