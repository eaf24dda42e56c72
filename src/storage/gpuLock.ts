import { throwIfAborted } from "@/lib/errors.ts";
import { StorageError } from "./errors.ts";

const LOCK_NAME = "signet-gpu";

export interface GpuLockOptions {
  signal?: AbortSignal | undefined;
  /** Wait for the other tab instead of throwing GPU_BUSY. */
  wait?: boolean | undefined;
}

/**
 * Runs `work` while no other tab or worker of the studio uses the GPU. Throws GPU_BUSY when another
 * does and `wait` is not set. A held lock also keeps the browser from freezing a hidden tab.
 */
export async function withGpuLock<T>(
  work: () => Promise<T>,
  options: GpuLockOptions = {},
): Promise<T> {
  const { signal, wait = false } = options;
  throwIfAborted(signal);
  if (!("locks" in navigator)) return work();
  const request: LockOptions = wait
    ? { mode: "exclusive", ...(signal === undefined ? {} : { signal }) }
    : { mode: "exclusive", ifAvailable: true };
  return navigator.locks.request(LOCK_NAME, request, async (lock) => {
    if (lock === null) {
      throw new StorageError("GPU_BUSY", "Another tab of the studio is using the GPU.");
    }
    return work();
  });
}
