import { AppError } from "@/lib/errors.ts";

export type FilingErrorCode = "FILING_INVALID" | "FILING_MISMATCH" | "BAD_HOST_URL";

/** Evidence that cannot be filed, in words for its prover. */
export class FilingError extends AppError<FilingErrorCode> {}

export function invalidFiling(details: string, cause?: unknown): FilingError {
  return new FilingError(
    "FILING_INVALID",
    "This is not a valid filing.",
    "Take the evidence file from the auditor again.",
    { details: details.slice(0, 200), cause },
  );
}

export function mismatch(details: string): FilingError {
  return new FilingError(
    "FILING_MISMATCH",
    "The opened pair does not fit what was committed on the chain.",
    "Check the model, the epoch and the challenge that the pair came from.",
    { details },
  );
}
