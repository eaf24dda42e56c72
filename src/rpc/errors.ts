import { AppError } from "@/lib/errors.ts";
import type { AppErrorOptions } from "@/lib/errors.ts";
import type { WireError } from "./protocols.ts";

export type RpcErrorCode =
  | "WORKER_CRASHED"
  | "WORKER_CLOSED"
  | "PROTOCOL_MISMATCH"
  | "UNKNOWN_METHOD"
  | "NOT_CLONEABLE";

const HINTS: Record<RpcErrorCode, string> = {
  WORKER_CRASHED:
    "Start the task again. If it crashes again, close other tabs to free memory or choose the CPU.",
  WORKER_CLOSED: "Start the task again.",
  PROTOCOL_MISMATCH: "Reload the page so that all its parts come from the same version.",
  UNKNOWN_METHOD: "Reload the page so that all its parts come from the same version.",
  NOT_CLONEABLE: "Reload the page and report this message: it is a fault of the program.",
};

/** A failure of the channel between the page and a worker, not of the work itself. */
export class RpcError extends AppError<RpcErrorCode> {
  constructor(code: RpcErrorCode, message: string, options: AppErrorOptions = {}) {
    super(code, message, HINTS[code], options);
  }
}

/** An error that happened on the other side; `name`, `code`, `hint` and `details` are those of the original. */
export class RemoteError extends AppError {
  /** Short messages of the original's causes, nearest first. */
  readonly causes: readonly string[];

  constructor(wire: WireError) {
    super(
      wire.code,
      wire.message,
      wire.hint,
      wire.details === null ? {} : { details: wire.details },
    );
    this.name = wire.name;
    this.causes = wire.causes;
  }
}
