// @ts-check
import { BadInput, oneLine } from "../badInput.mjs";

/**
 * An error of the page with its code, as the workers describe it.
 * @typedef {{ name: string, code?: string, message: string, hint?: string, details?: string | null }} PageErrorInfo
 */

/** A failure inside the page. */
export class PageError extends Error {
  /** @param {PageErrorInfo} info */
  constructor(info) {
    super(info.message);
    this.name = info.name;
    this.code = info.code ?? null;
    this.hint = info.hint ?? "";
  }
}

/** The run was stopped by its user. */
export class Cancelled extends Error {
  constructor() {
    super("Cancelled.");
    this.name = "Cancelled";
  }
}

/**
 * Codes that tell of the machine or of Signet rather than of what the caller gave. Every other code
 * of an AppError names something that the caller can put right.
 */
const NOT_THE_INPUT = new Set([
  "INTERNAL",
  "GPU_LIMIT_TOO_LOW",
  "GPU_OUT_OF_MEMORY",
  "GPU_DEVICE_LOST",
  "GPU_VALIDATION",
  "GPU_BUSY",
  "OUT_OF_MEMORY",
  "LOSS_NOT_FINITE",
  "CHECKPOINT_MISMATCH",
  "WORKER_CRASHED",
  "WORKER_CLOSED",
  "PROTOCOL_MISMATCH",
  "UNKNOWN_METHOD",
  "NOT_CLONEABLE",
  "QUOTA_EXCEEDED",
  "STORAGE_UNAVAILABLE",
  "FILE_MISSING",
  "FILE_LOCKED",
  "BAD_PATH",
  "RUN_MISSING",
  "TEXT_UNAVAILABLE",
  "RUN_NOT_RESUMABLE",
  "CHECKPOINT_DAMAGED",
  "RECOVERY_GAVE_UP",
]);

/**
 * @param {unknown} error
 * @returns {2 | 1 | 130} exit status
 */
export function exitStatus(error) {
  if (error instanceof Cancelled) return 130;
  if (error instanceof BadInput) return 2;
  if (error instanceof PageError && error.code !== null) {
    return NOT_THE_INPUT.has(error.code) ? 1 : 2;
  }
  return 1;
}

/**
 * @param {unknown} error
 * @returns {string} one line: what happened, and what to do about it
 */
export function errorLine(error) {
  if (!(error instanceof Error)) return oneLine(String(error));
  const hint = error instanceof PageError && error.hint !== "" ? ` ${error.hint}` : "";
  const code = error instanceof PageError && error.code !== null ? ` [${error.code}]` : "";
  const message = /[.!?]$/.test(error.message) ? error.message : `${error.message}.`;
  return oneLine(`${message}${hint}${code}`);
}
