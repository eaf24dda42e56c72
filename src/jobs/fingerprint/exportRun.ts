import type { Bank } from "@/fingerprint/bank.ts";
import { manifestHash } from "@/fingerprint/manifest.ts";
import { publicManifest, writePublicManifest } from "@/fingerprint/publicManifest.ts";
import { writeVault } from "@/fingerprint/vault.ts";
import { exportModelFolder } from "@/formats/hf/exportModel.ts";
import { hashModel } from "@/formats/hf/hashModel.ts";
import type { FileEntry } from "@/rpc/protocols.ts";
import { requireRoom } from "@/storage/quota.ts";
import { openModel, type OpenedModel } from "../openModel.ts";
import { say, type Loaded, type SealedRun } from "./context.ts";

export const MODEL_DIRECTORY = "out/model";

/**
 * Writes the fingerprinted folder, opens it again as a stranger would, and then the manifest and the
 * bank with the hash of what was written. Returns the reopened model and that hash.
 */
export async function exportRun(
  run: SealedRun,
  loaded: Loaded,
): Promise<{ exported: OpenedModel; weightsHash: string }> {
  const { directory, opened, context, bank } = run;
  const { signal } = context;
  const { folder } = opened;
  const totalBytes = [...folder.weightFiles.values()].reduce((n, f) => n + f.source.sizeBytes, 0);
  await requireRoom(totalBytes);
  const changed = new Map(
    loaded.model.trainedNames().map((name) => [name, () => loaded.model.readF32(name, signal)]),
  );
  let doneBytes = 0;
  const files = exportModelFolder(folder, changed, { card: modelCard(bank), signal });
  for await (const { path, stream } of files) {
    const writer = await directory.openWriter(`${MODEL_DIRECTORY}/${path}`);
    try {
      for await (const chunk of stream) {
        await writer.write(chunk);
        doneBytes += chunk.length;
        say(context, "export", `Writing ${path}`, Math.min(1, doneBytes / totalBytes));
      }
      await writer.commit();
    } finally {
      await writer.discard();
    }
  }
  const exported = await reopen(run);
  const releasedWeightsHash = await hashModel(exported.folder, signal);
  const released: Bank = { ...bank, releasedWeightsHash };
  await directory.write("out/bank.signet", await writeVault(released, run.vaultKey), signal);
  await directory.write("out/manifest.json", writePublicManifest(publicManifest(released)), signal);
  return { exported, weightsHash: releasedWeightsHash };
}

async function reopen({ directory, context }: SealedRun): Promise<OpenedModel> {
  const stored = await directory.list(MODEL_DIRECTORY);
  const entries: FileEntry[] = await Promise.all(
    stored.map(async ({ path }) => ({
      path: path.slice(path.indexOf(MODEL_DIRECTORY) + MODEL_DIRECTORY.length + 1),
      file: await directory.read(path),
    })),
  );
  return openModel(entries, context.signal);
}

function modelCard(bank: Bank): string {
  const { manifest, root, beacon } = bank;
  return [
    "## Fingerprint",
    "",
    `This model carries a fingerprint made with Signet: ${manifest.pairs} secret pairs, committed to`,
    "before training. Its maker can prove to anyone that a copy of these weights, or a model made",
    "from them, is derived from this one.",
    "",
    "| | |",
    "| --- | --- |",
    `| Scheme | \`${manifest.scheme}\` |`,
    `| Pairs, candidates | ${manifest.pairs}, ${manifest.width} |`,
    `| Commitment (Merkle root) | \`${root}\` |`,
    `| Manifest hash | \`${manifestHash(manifest)}\` |`,
    `| Beacon | ${beacon.kind}, \`${beacon.value}\` |`,
    `| Base weights (SHA-256) | \`${manifest.baseModelHash ?? "not taken"}\` |`,
  ].join("\n");
}
