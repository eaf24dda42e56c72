import { manifestHash } from "@/fingerprint/manifest.ts";
import { createVaultKey, writeVault } from "@/fingerprint/vault.ts";
import type { FileEntry, FingerprintSettings } from "@/rpc/protocols.ts";
import type { RunCommitment } from "@/rpc/registration.ts";
import { withGpuLock } from "@/storage/gpuLock.ts";
import { updateRun } from "@/storage/runLog.ts";
import { JobError } from "../errors.ts";
import { say, type JobContext } from "./context.ts";
import { beginRun, recipeFor, VAULT_FILE } from "./fingerprintJob.ts";
import { loadForTraining } from "./loadForTraining.ts";
import { draftBank } from "./makeBank.ts";
import { readHeldOut } from "./measure.ts";

/**
 * The first half of a run in bound mode: generates the bank, fixes its root and manifest, encrypts it
 * and stops. `resumeJob` goes on once the chain has sealed a beacon for the root.
 */
export async function commitJob(
  params: {
    files: readonly FileEntry[];
    settings: FingerprintSettings;
    passphrase: string;
    owner: string;
  },
  context: JobContext,
): Promise<{ runId: string; commitment: RunCommitment }> {
  const { files, settings, passphrase, owner } = params;
  if (!/^0x[0-9a-fA-F]{40}$/.test(owner)) {
    throw new JobError(
      "OWNER_INVALID",
      "The owner of the commitment is not an address.",
      "Connect the wallet that will register the model.",
    );
  }
  return withGpuLock(
    async () => {
      const run = await beginRun(files, { ...settings, beacon: null }, context);
      const loaded = await loadForTraining(run, recipeFor(run));
      try {
        const heldOut = await readHeldOut(run.opened.tokenizer, context.signal);
        const bank = await draftBank(run, loaded, heldOut, owner);
        say(context, "commit", "Encrypting the bank");
        const vaultKey = await createVaultKey(passphrase, { signal: context.signal });
        const vault = await writeVault(bank, vaultKey);
        await run.directory.write(VAULT_FILE, vault, context.signal);
        const commitment: RunCommitment = {
          root: bank.root,
          manifestHash: manifestHash(bank.manifest),
          count: bank.manifest.pairs,
          width: bank.manifest.width,
          owner,
        };
        await updateRun(run.id, {
          phase: "commit",
          updatedAt: Date.now(),
          sizeBytes: vault.length,
          commitment,
        });
        return { runId: run.id, commitment };
      } finally {
        loaded.engine.dispose();
      }
    },
    { signal: context.signal },
  );
}
