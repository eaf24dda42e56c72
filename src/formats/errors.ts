import { AppError } from "@/lib/errors.ts";

export type FormatErrorCode =
  /** The bytes are of a format that Signet does not read, or of none it knows. */
  | "UNSUPPORTED_FORMAT"
  | "UNSUPPORTED_ARCHITECTURE"
  /** A setting of config.json that the engine does not implement. */
  | "UNSUPPORTED_CONFIG"
  | "UNSUPPORTED_DTYPE"
  | "CONFIG_MISSING"
  | "CONFIG_INVALID"
  | "JSON_INVALID"
  | "FOLDER_AMBIGUOUS"
  | "WEIGHTS_MISSING"
  | "WEIGHTS_NOT_FINITE"
  /** A value too large for the dtype that it is to be written in. */
  | "VALUE_OUT_OF_RANGE"
  | "HEADER_TOO_LARGE"
  | "HEADER_INVALID"
  | "FILE_TRUNCATED"
  /** Tensors overlap, leave gaps, or do not fill the file. */
  | "TENSOR_SPANS"
  | "TENSOR_MISSING"
  | "TENSOR_UNEXPECTED"
  | "TENSOR_SHAPE"
  | "SHARD_MISSING"
  | "SHARD_MISMATCH"
  | "INDEX_INVALID"
  | "READ_FAILED"
  | "HTTP_FAILED";

/** A file or folder that cannot be read, or is not what it claims to be. */
export class FormatError extends AppError<FormatErrorCode> {}
