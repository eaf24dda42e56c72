import { create } from "zustand";
import type {
  DeviceReport,
  FileEntry,
  FingerprintPhase,
  FingerprintSettings,
  FingerprintSummary,
  GateResult,
  ModelSummary,
} from "@/rpc/protocols.ts";

export type RunStatus =
  | "idle"
  | "running"
  | "pausing"
  | "paused"
  | "stopping"
  | "cancelled"
  | "failed"
  | "committed"
  | "done";

export interface Sample {
  key: string;
  answer: string;
  response: string;
  hit: boolean;
}

export interface Model {
  name: string;
  files: readonly FileEntry[];
  status: "reading" | "ready" | "failed";
  fraction: number | null;
  summary: ModelSummary | null;
  error: unknown;
}

export interface Run {
  status: RunStatus;
  runId: string | null;
  /** True for a run taken up from a checkpoint in this tab. */
  resumed: boolean;
  modelName: string;
  phase: FingerprintPhase;
  note: string;
  fraction: number | null;
  device: DeviceReport | null;
  samples: { step: number; rows: readonly Sample[] } | null;
  checkpoint: { step: number; sizeBytes: number } | null;
  recoveries: readonly string[];
  gates: readonly GateResult[];
  summary: FingerprintSummary | null;
  error: unknown;
  saved: boolean;
  phraseNoted: boolean;
  /** Whether its commitment goes to a chain. */
  bound: boolean;
}

export const DEFAULT_SETTINGS: FingerprintSettings = {
  pairs: 32,
  mix: "half",
  width: null,
  nucleusMass: null,
  device: "auto",
  trainable: "auto",
  maxSteps: null,
  learningRate: null,
  beacon: null,
  ownKeys: [],
};

interface CreatorState {
  model: Model | null;
  dropError: unknown;
  settings: FingerprintSettings;
  /** Whether the next run waits for a beacon of a chain. */
  bound: boolean;
  /** Address that it commits to; null before one was typed. */
  owner: string | null;
  run: Run | null;
  setSettings: (patch: Partial<FingerprintSettings>) => void;
  patchModel: (patch: Partial<Model>) => void;
  patchRun: (patch: Partial<Run>) => void;
}

export const useCreator = create<CreatorState>()((set) => ({
  model: null,
  dropError: null,
  settings: DEFAULT_SETTINGS,
  bound: false,
  owner: null,
  run: null,
  setSettings: (patch) => set((state) => ({ settings: { ...state.settings, ...patch } })),
  patchModel: (patch) =>
    set((state) => (state.model === null ? {} : { model: { ...state.model, ...patch } })),
  patchRun: (patch) =>
    set((state) => (state.run === null ? {} : { run: { ...state.run, ...patch } })),
}));

export function newRun(modelName: string, resumed: boolean, runId: string | null): Run {
  return {
    status: "running",
    runId,
    resumed,
    modelName,
    phase: "open",
    note: "",
    fraction: null,
    device: null,
    samples: null,
    checkpoint: null,
    recoveries: [],
    gates: [],
    summary: null,
    error: null,
    saved: false,
    phraseNoted: false,
    bound: false,
  };
}

/** True while a worker is busy with the run. */
export function isActive(run: Run | null): boolean {
  return run !== null && ["running", "pausing", "paused", "stopping"].includes(run.status);
}

/** True while closing the tab would lose what cannot be had again. */
export function isUnsaved(run: Run | null): boolean {
  return isActive(run) || (run?.status === "done" && !(run.saved && run.phraseNoted));
}
