import type { Engine, LoadedModel } from "@/engine/types.ts";
import type { Bank } from "@/fingerprint/bank.ts";
import type { Recipe } from "@/fingerprint/embed/recipe.ts";
import type { VaultKey } from "@/fingerprint/vault.ts";
import type {
  DeviceReport,
  FingerprintEvent,
  FingerprintPhase,
  FingerprintSettings,
} from "@/rpc/protocols.ts";
import type { RunDirectory } from "@/storage/runDirectory.ts";
import type { OpenedModel } from "../openModel.ts";

/** What a job hears from the page and tells it. */
export interface JobContext {
  signal: AbortSignal;
  emit: (event: FingerprintEvent) => void;
  whilePaused: () => Promise<void>;
}

/** A run in progress: where its files are and what it works on. */
export interface Run {
  id: string;
  directory: RunDirectory;
  settings: FingerprintSettings;
  opened: OpenedModel;
  context: JobContext;
  startedMs: number;
}

/** A run whose bank is sealed: ready to be trained. */
export interface SealedRun extends Run {
  bank: Bank;
  vaultKey: VaultKey;
  recipe: Recipe;
}

/** A device with the model on it; replaced as a whole when the device is lost. */
export interface Loaded {
  engine: Engine;
  report: DeviceReport;
  model: LoadedModel;
}

/** Says which phase has begun and how far it is. */
export function say(
  context: JobContext,
  phase: FingerprintPhase,
  note: string,
  fraction: number | null = null,
): void {
  context.emit({ type: "phase", phase, note, fraction });
}
