import { AppError } from "@/lib/errors.ts";
import type { AppErrorOptions } from "@/lib/errors.ts";

export type StorageErrorCode =
  | "QUOTA_EXCEEDED"
  | "STORAGE_UNAVAILABLE"
  | "FILE_MISSING"
  | "FILE_LOCKED"
  | "BAD_PATH"
  | "RUN_MISSING"
  | "GPU_BUSY";

const HINTS: Record<StorageErrorCode, string> = {
  QUOTA_EXCEEDED:
    "Delete stored runs on the Runs screen, or free disk space, then try again. Private windows get less room.",
  STORAGE_UNAVAILABLE:
    "Open the studio over https or localhost, outside a private window, in a browser from 2023 or later.",
  FILE_MISSING:
    "The browser may have cleared this site's storage. Start the run again from the model folder.",
  FILE_LOCKED: "Close other tabs of the studio that work on this run, then try again.",
  BAD_PATH: "Rename the file so that its path has no empty, '.' or '..' part.",
  RUN_MISSING: "It may have been deleted in another tab. Reload the list of runs.",
  GPU_BUSY: "Wait until the other tab has finished, or close it.",
};

/** A failure of the browser's storage or of the locks shared between tabs. */
export class StorageError extends AppError<StorageErrorCode> {
  constructor(code: StorageErrorCode, message: string, options: AppErrorOptions = {}) {
    super(code, message, HINTS[code], options);
  }
}
