import { AppError } from "@/lib/errors.ts";

export type SplitterCode =
  | "amount-too-large"
  | "bad-amount"
  | "bad-holders"
  | "issue-too-large"
  | "issue-too-small"
  | "module-balance-too-low"
  | "not-enough-shares"
  | "nothing-to-claim"
  | "shares-already-open"
  | "shares-not-open"
  | "zero-receiver";

const MESSAGES: Record<SplitterCode, string> = {
  "amount-too-large": "Sums would exceed 2^128 - 1.",
  "bad-amount": "An amount is negative.",
  "bad-holders": "Holders are not distinct or do not divide 1,000,000 shares among them.",
  "issue-too-large": "More than a fifth of the supply would be issued within a year.",
  "issue-too-small": "Less than a hundredth of the supply would be issued.",
  "module-balance-too-low": "A module spends more than it put in.",
  "not-enough-shares": "A holder sends more shares than it has.",
  "nothing-to-claim": "There is nothing to pay out.",
  "shares-already-open": "The model's shares are open already.",
  "shares-not-open": "The model has no shares yet.",
  "zero-receiver": "A receiver is the zero address.",
};

/** Thrown where the revenue splitter or the share token would revert. */
export class SplitterError extends AppError<SplitterCode> {
  constructor(code: SplitterCode, details?: string) {
    super(
      code,
      MESSAGES[code],
      "Read the amounts again before sending.",
      details ? { details } : {},
    );
  }
}
