import type { Registration } from "@/rpc/registration.ts";
import { changeRun } from "@/storage/runLog.ts";

/**
 * Keeps a registration in its run's record. The same one may be open in another tab, which hears the
 * same of the chain; so forms that were not edited here do not replace those that are stored.
 */
export async function saveRegistration(
  runId: string,
  registration: Registration,
  edited: boolean,
): Promise<void> {
  await changeRun(runId, ({ registration: stored }) => ({
    registration:
      edited || stored === undefined ? registration : { ...registration, draft: stored.draft },
  }));
}
