/**
 * The base of every error a user can meet.
 *
 * `code` is stable and machine-readable, `message` is one short sentence, `hint` is an action the
 * reader can take. None of them may contain a secret.
 */
export abstract class AppError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly hint: string;
  /** Figures or names that help, already safe to show. */
  readonly details: string | undefined;

  constructor(code: Code, message: string, hint: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = hint;
    this.details = options.details;
    this.name = new.target.name;
  }
}

export interface AppErrorOptions {
  cause?: unknown;
  details?: string;
}

/** True for the error that an aborted signal throws; it is never shown to a user. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

/** Throws the signal's AbortError when it has been aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new DOMException("The operation was cancelled.", "AbortError");
}
