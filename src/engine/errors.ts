import { AppError } from "@/lib/errors.ts";

export type EngineErrorCode =
  | "GPU_UNAVAILABLE"
  | "GPU_LIMIT_TOO_LOW"
  | "GPU_OUT_OF_MEMORY"
  | "GPU_DEVICE_LOST"
  | "GPU_VALIDATION"
  | "OUT_OF_MEMORY"
  | "LOSS_NOT_FINITE"
  | "LOGITS_NOT_FINITE"
  | "WEIGHTS_MISMATCH"
  | "CHECKPOINT_MISMATCH";

/** Something the engine could not do on this device or with these numbers. */
export class EngineError extends AppError<EngineErrorCode> {}
