import { AppError } from "@/lib/errors.ts";

export type ChainErrorCode =
  | "CHAIN_UNAVAILABLE"
  | "INSUFFICIENT_FUNDS"
  | "NOT_FOUND"
  | "NO_WALLET"
  | "REVERTED"
  | "WALLET_BUSY"
  | "WALLET_FAILED"
  | "WALLET_REJECTED"
  | "WRONG_NETWORK";

/** What can go wrong between the page, the wallet and the chain, in words for its user. */
export class ChainError extends AppError<ChainErrorCode> {}
