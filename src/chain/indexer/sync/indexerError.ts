import { AppError, type AppErrorOptions } from "@/lib/errors.ts";

export type IndexerErrorCode =
  | "NODE_UNREACHABLE"
  | "NODE_REFUSED"
  | "BAD_ANSWER"
  | "CHAIN_MOVED"
  | "RANGE_REFUSED";

const HINTS: Record<IndexerErrorCode, string> = {
  NODE_UNREACHABLE:
    "Check that the chain is running and reachable; reading goes on by itself then.",
  NODE_REFUSED: "The node refused the question. Try again later, or use another node.",
  BAD_ANSWER: "Use another node: this one does not speak Ethereum's JSON-RPC as it should.",
  CHAIN_MOVED: "Nothing to do: it is read again by itself.",
  RANGE_REFUSED: "The node gives no logs, not even of a single block. Use another node.",
};

/** A failure to read the events of a chain. */
export class IndexerError extends AppError<IndexerErrorCode> {
  constructor(code: IndexerErrorCode, message: string, options: AppErrorOptions = {}) {
    super(code, message, HINTS[code], options);
  }
}
