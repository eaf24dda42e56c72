import { AppError } from "@/lib/errors.ts";

export type StudioErrorCode =
  | "DEMO_UNAVAILABLE"
  | "SAVE_FAILED"
  | "WORKER_UNRESPONSIVE"
  | "CHAIN_GONE";

/** Failures of the page's own work; those of workers arrive as RemoteError. */
export class StudioError extends AppError<StudioErrorCode> {}
