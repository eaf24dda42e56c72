import { readVault, unlockVault, writeVault } from "@/fingerprint/vault.ts";
import type { DeviceChoice, FingerprintSummary, StepMetrics } from "@/rpc/protocols.ts";
import type { ChainBeacon } from "@/rpc/registration.ts";
import { withGpuLock } from "@/storage/gpuLock.ts";
import { openRunDirectory, type RunDirectory } from "@/storage/runDirectory.ts";
import { JobError } from "../errors.ts";
import { updateRun } from "@/storage/runLog.ts";
import { openModel } from "../openModel.ts";
import { readCheckpoint } from "./checkpoint.ts";
import { say, type JobContext, type Loaded, type Run } from "./context.ts";
import { finish, recipeFor, VAULT_FILE } from "./fingerprintJob.ts";
import { readInput } from "./keepInput.ts";
import { loadForTraining } from "./loadForTraining.ts";
import { sealStored } from "./sealStored.ts";
import { METRICS_FILE } from "./train.ts";

/**
 * Goes on with a run whose bank is on disk: one that was cut off, or one that stopped at its commitment
 * and now has its beacon.
 */
export async function resumeJob(
  params: {
    runId: string;
    passphrase: string;
    device: DeviceChoice;
    beacon?: ChainBeacon | null;
  },
  context: JobContext,
): Promise<FingerprintSummary> {
  const { runId, passphrase, device } = params;
  return withGpuLock(
    async () => {
      const startedMs = performance.now();
      say(context, "open", "Reading the run");
      const directory = await openRunDirectory(runId);
      const { files, settings } = await readInput(directory);
      if (!(await directory.has(VAULT_FILE))) {
        throw new JobError(
          "RUN_NOT_RESUMABLE",
          "This run stopped before its bank was on disk, so there is nothing to go on from.",
          "Delete it and start a new run.",
        );
      }
      const vault = new Uint8Array(await (await directory.read(VAULT_FILE)).arrayBuffer());
      const vaultKey = await unlockVault(vault, passphrase, { signal: context.signal });
      const { bank, drawn } = sealStored(await readVault(vault, vaultKey), params.beacon ?? null);
      if (drawn) {
        await directory.write(VAULT_FILE, await writeVault(bank, vaultKey), context.signal);
        await updateRun(runId, { phase: "prepare", updatedAt: Date.now() });
      }
      await directory.clearTemporary();
      const opened = await openModel(files, context.signal);
      const run: Run = {
        id: runId,
        directory,
        settings: { ...settings, device },
        opened,
        context,
        startedMs,
      };
      context.emit({ type: "run", runId });
      await replayMetrics(directory, context);
      const recipe = recipeFor(run);
      const loaded = await loadForTraining(run, recipe);
      let holder: Loaded = loaded;
      try {
        return await finish({ ...run, bank, vaultKey, recipe }, loaded, (next) => (holder = next));
      } finally {
        holder.engine.dispose();
      }
    },
    { signal: context.signal },
  );
}

/** Shows the page what the run had measured up to its checkpoint, and forgets what came after. */
async function replayMetrics(directory: RunDirectory, context: JobContext): Promise<void> {
  if (!(await directory.has(METRICS_FILE))) return;
  const step = (await readCheckpoint(directory))?.state.step ?? 0;
  const lines = (await (await directory.read(METRICS_FILE)).text()).split("\n");
  const kept: StepMetrics[] = [];
  for (const line of lines) {
    const metrics = parseLine(line);
    if (metrics && metrics.step <= step) kept.push(metrics);
  }
  for (const metrics of kept) context.emit({ type: "metrics", metrics });
  await directory.write(METRICS_FILE, kept.map((line) => `${JSON.stringify(line)}\n`).join(""));
  context.emit({ type: "recovered", fromStep: step, message: `Going on from step ${step}.` });
}

/** A line cut off by a closed tab is left out. */
function parseLine(line: string): StepMetrics | null {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
