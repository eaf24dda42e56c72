import { StorageError } from "./errors.ts";

export interface StorageEstimate {
  usageBytes: number;
  quotaBytes: number;
  /** True when the browser promised not to evict this site's storage. */
  persisted: boolean;
}

export async function estimateStorage(): Promise<StorageEstimate> {
  const { usage = 0, quota = 0 } = await navigator.storage.estimate();
  const persisted = await navigator.storage.persisted();
  return { usageBytes: usage, quotaBytes: quota, persisted };
}

/** Asks the browser to keep this site's storage; call it from a user gesture. True when granted. */
export async function persistStorage(): Promise<boolean> {
  try {
    return (await navigator.storage.persisted()) || (await navigator.storage.persist());
  } catch {
    return false;
  }
}

/** Throws QUOTA_EXCEEDED with need and have when `needBytes` more would not fit. */
export async function requireRoom(needBytes: number): Promise<void> {
  const { usageBytes, quotaBytes } = await estimateStorage();
  if (usageBytes + needBytes > quotaBytes) throw quotaError(needBytes, quotaBytes - usageBytes);
}

/**
 * Runs a write and turns the browser's quota error into a StorageError that names what is free.
 * `needBytes` is what the write asked for, where that is known.
 */
export async function mapQuota<T>(needBytes: number | null, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (cause) {
    if (!isQuota(cause)) throw cause;
    const free = await estimateStorage().then(
      (estimate) => estimate.quotaBytes - estimate.usageBytes,
      () => null,
    );
    throw quotaError(needBytes, free, cause);
  }
}

function isQuota(error: unknown): boolean {
  return error instanceof Error && error.name === "QuotaExceededError";
}

function quotaError(
  needBytes: number | null,
  freeBytes: number | null,
  cause?: unknown,
): StorageError {
  const need = needBytes === null ? "More room is needed" : `Needs ${megabytes(needBytes)}`;
  const have = freeBytes === null ? "" : `, have ${megabytes(Math.max(0, freeBytes))}`;
  return new StorageError("QUOTA_EXCEEDED", `The browser's storage is full. ${need}${have}.`, {
    ...(cause === undefined ? {} : { cause }),
    details: `need ${needBytes ?? "?"} bytes, free ${freeBytes ?? "?"} bytes`,
  });
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e8 ? 1 : 0)} MB`;
}
