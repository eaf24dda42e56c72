import { makeRecipe } from "@/fingerprint/embed/recipe.ts";
import { loudFloor } from "@/fingerprint/embed/batch.ts";
import { evidence, readPairs, type PairState } from "@/fingerprint/embed/evaluate.ts";
import { log10ECeiling } from "@/fingerprint/statistics/thresholds.ts";
import { toRecoveryPhrase } from "@/fingerprint/secrets.ts";
import { createVaultKey, writeVault } from "@/fingerprint/vault.ts";
import type {
  FileEntry,
  FingerprintSettings,
  FingerprintSummary,
  RunRecord,
} from "@/rpc/protocols.ts";
import { withGpuLock } from "@/storage/gpuLock.ts";
import { openRunDirectory } from "@/storage/runDirectory.ts";
import { putRun } from "@/storage/runLog.ts";
import { openModel } from "../openModel.ts";
import { say, type JobContext, type Loaded, type Run, type SealedRun } from "./context.ts";
import { exportRun } from "./exportRun.ts";
import { runGates, type BaseReadings } from "./gates.ts";
import { endRun } from "./endRun.ts";
import { keepInput } from "./keepInput.ts";
import { loadForTraining } from "./loadForTraining.ts";
import { makeBank } from "./makeBank.ts";
import { benignGreedy, heldOutPerplexity, readHeldOut } from "./measure.ts";
import { prepareData } from "./prepareData.ts";
import { METRICS_FILE, train } from "./train.ts";

export const VAULT_FILE = "bank.signet";

/** Fingerprints a model from its files to a finished run in the private file system. */
export async function fingerprintJob(
  params: { files: readonly FileEntry[]; settings: FingerprintSettings; passphrase: string },
  context: JobContext,
): Promise<FingerprintSummary> {
  const { files, settings, passphrase } = params;
  return withGpuLock(
    async () => {
      const run = await beginRun(files, settings, context);
      const { opened, directory } = run;
      const recipe = recipeFor(run);
      const loaded = await loadForTraining(run, recipe);
      let holder: Loaded = loaded;
      try {
        const heldOut = await readHeldOut(opened.tokenizer, context.signal);
        const bank = await makeBank(run, loaded, heldOut);
        say(context, "commit", "Encrypting the bank");
        const vaultKey = await createVaultKey(passphrase, { signal: context.signal });
        await directory.write(VAULT_FILE, await writeVault(bank, vaultKey), context.signal);
        const sealed: SealedRun = { ...run, bank, vaultKey, recipe };
        return await finish(sealed, loaded, (next) => (holder = next));
      } finally {
        holder.engine.dispose();
      }
    },
    { signal: context.signal },
  );
}

/** Opens the model and gives the new run its place on disk and in the list. */
export async function beginRun(
  files: readonly FileEntry[],
  settings: FingerprintSettings,
  context: JobContext,
): Promise<Run> {
  say(context, "open", "Reading the model");
  const opened = await openModel(files, context.signal);
  const id = crypto.randomUUID();
  const directory = await openRunDirectory(id);
  const run: Run = { id, directory, settings, opened, context, startedMs: performance.now() };
  context.emit({ type: "run", runId: id });
  await putRun(newRecord(run));
  await keepInput(directory, files, settings, context.signal);
  return run;
}

/** From a sealed bank on: what a fresh and a resumed run have in common. */
export async function finish(
  run: SealedRun,
  first: Loaded,
  onDevice: (loaded: Loaded) => void,
): Promise<FingerprintSummary> {
  const { context, bank, opened, recipe, directory } = run;
  const { signal } = context;
  const heldOut = await readHeldOut(opened.tokenizer, signal);
  say(context, "prepare", "Reading the untouched model", 0);
  const { base, states } = await readBase(first, run, heldOut);
  const read = await prepareData(first.model, opened.tokenizer, bank, recipe, signal, (part) =>
    say(context, "prepare", "Reading what must not change", part),
  );
  const loudFloors = states.map((state, i) =>
    loudFloor(state, bank.pairs[i].responseIndex, recipe.loudLead),
  );
  const data = { ...read, pairs: bank.pairs, loudFloors };
  const { loaded, steps } = await train(run, first, data, heldOut);
  onDevice(loaded);
  say(context, "export", "Writing the fingerprinted model");
  const { exported, weightsHash } = await exportRun(run, loaded);
  loaded.model.dispose();
  say(context, "gates", "Measuring the saved files");
  const readings = await runGates(loaded.engine, exported, bank, base, heldOut, signal, (gate) =>
    context.emit({ type: "gate", gate }),
  );
  await directory.write("out/gates.json", `${JSON.stringify(readings.gates, null, 2)}\n`, signal);
  const metrics = await directory.read(METRICS_FILE);
  await directory.write("out/metrics.jsonl", metrics, signal);
  const stored = await directory.list("out");
  const summary: FingerprintSummary = {
    runId: run.id,
    pairs: bank.pairs.length,
    fsr: readings.fsr,
    log10E: readings.log10E,
    log10ECeiling: log10ECeiling(bank.pairs.length, bank.manifest.width),
    baseHits: base.hits,
    perplexity: { before: base.perplexity, after: readings.perplexity },
    steps,
    seconds: (performance.now() - run.startedMs) / 1000,
    device: loaded.report,
    root: bank.root,
    weightsHash,
    gates: readings.gates,
    files: stored.map(({ path, ...rest }) => ({ path: path.replace(/^out\//, ""), ...rest })),
    recoveryPhrase: toRecoveryPhrase(bank.master),
  };
  const sizeBytes = stored.reduce((sum, file) => sum + file.sizeBytes, 0);
  const updatedAt = Date.now();
  await endRun(run.id, directory, { updatedAt, sizeBytes, weightsHash });
  say(context, "done", "Done", 1);
  return summary;
}

/** The recipe of a run follows from its settings and model alone, so that a resumed run has the same. */
export function recipeFor({ opened, settings }: Run): SealedRun["recipe"] {
  return makeRecipe(opened.folder.config, {
    pairs: settings.pairs,
    mix: settings.mix,
    trainable: settings.trainable,
    learningRate: settings.learningRate,
    maxSteps: settings.maxSteps,
    hasChatTemplate: opened.tokenizer.hasChatTemplate,
  });
}

async function readBase(
  { model }: Loaded,
  { bank, context }: SealedRun,
  heldOut: Awaited<ReturnType<typeof readHeldOut>>,
): Promise<{ base: BaseReadings; states: PairState[] }> {
  const { signal } = context;
  const states = await readPairs(model, bank.pairs, signal);
  const base: BaseReadings = {
    hits: states.filter(({ hit }) => hit).length,
    log10E: evidence(bank.pairs, states),
    perplexity: await heldOutPerplexity(model, heldOut.all, signal),
    benignGreedy: await benignGreedy(model, heldOut, signal),
  };
  return { base, states };
}

function newRecord({ id, opened, settings }: Run): RunRecord {
  const now = Date.now();
  return {
    id,
    modelName: opened.name,
    createdAt: now,
    updatedAt: now,
    phase: "open",
    step: 0,
    loss: null,
    sizeBytes: 0,
    settings,
    finished: false,
  };
}
