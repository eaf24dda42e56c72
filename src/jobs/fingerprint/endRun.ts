import type { RunRecord } from "@/rpc/protocols.ts";
import type { RunDirectory } from "@/storage/runDirectory.ts";
import { updateRun } from "@/storage/runLog.ts";
import { removeCheckpoint } from "./checkpoint.ts";
import { dropInput } from "./keepInput.ts";

/**
 * Notes that a run is finished, and only then drops what it would need to go on: a tab that is closed
 * between the two must come back to a run that is one or the other.
 */
export async function endRun(
  id: string,
  directory: RunDirectory,
  end: Required<Pick<RunRecord, "updatedAt" | "sizeBytes" | "weightsHash">>,
): Promise<void> {
  await updateRun(id, { phase: "done", finished: true, ...end });
  await removeCheckpoint(directory);
  await dropInput(directory);
}
