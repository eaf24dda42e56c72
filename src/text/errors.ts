import { AppError } from "@/lib/errors.ts";

export type TextErrorCode =
  | "TOKENIZER_MISSING"
  /** A kind of tokenizer, or a part of one, that is not implemented. */
  | "TOKENIZER_UNSUPPORTED"
  | "TOKENIZER_INVALID"
  /** The tokenizer gives ids that the model has no embedding for. */
  | "TOKENIZER_MISMATCH"
  | "TEMPLATE_MISSING"
  | "TEMPLATE_FAILED";

/** A tokenizer or chat template that is missing, broken or of a kind that is not supported. */
export class TextError extends AppError<TextErrorCode> {}

export function unsupported(what: string): TextError {
  return new TextError(
    "TOKENIZER_UNSUPPORTED",
    `tokenizer.json: ${what} is not supported.`,
    "Signet reads byte-level BPE and SentencePiece-style BPE tokenizers.",
  );
}

export function invalid(what: string, cause?: unknown): TextError {
  return new TextError(
    "TOKENIZER_INVALID",
    `tokenizer.json: ${what}.`,
    "Take tokenizer.json from where the model was published, or save the tokenizer again.",
    { cause },
  );
}
