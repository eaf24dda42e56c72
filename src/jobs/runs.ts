import type { RunRecord } from "@/rpc/protocols.ts";
import {
  deleteRunDirectory,
  listRunDirectories,
  openRunDirectory,
} from "@/storage/runDirectory.ts";
import { deleteRun, listRuns } from "@/storage/runLog.ts";

/** All runs, the latest first. Directories without a record are what a cut-off delete left. */
export async function allRuns(): Promise<RunRecord[]> {
  const runs = await listRuns();
  const known = new Set(runs.map(({ id }) => id));
  for (const id of await listRunDirectories()) if (!known.has(id)) await deleteRunDirectory(id);
  return runs;
}

export async function removeRun(runId: string): Promise<void> {
  await deleteRunDirectory(runId);
  await deleteRun(runId);
}

/** The results of a run as lazily read files, by their paths inside the output. */
export async function runFiles(runId: string): Promise<{ path: string; file: Blob }[]> {
  const directory = await openRunDirectory(runId);
  const stored = await directory.list("out");
  return Promise.all(
    stored.map(async ({ path }) => ({
      path: path.replace(/^out\//, ""),
      file: await directory.read(path),
    })),
  );
}
