/**
 * What the main thread and the workers say to each other. One entry per method: parameters, events
 * while it runs, result. Everything is structured-cloneable; secrets travel only in `passphrase` and
 * inside the encrypted bank.
 */

import type { RegistryView } from "@/fingerprint/registryCheck.ts";
import type { ChainBeacon, Registration, RunCommitment } from "./registration.ts";

/** A file of a dropped folder, or one that the page's own origin (or a host the user named) serves. */
export type FileEntry =
  | { path: string; file: Blob }
  | { path: string; url: string; sizeBytes: number };

export type DeviceChoice = "auto" | "webgpu" | "cpu";

export interface DeviceReport {
  /** `host`: a server elsewhere that was asked over HTTP. */
  kind: "webgpu" | "cpu" | "host";
  name: string;
  software: boolean;
  /** Said to the user when the choice was not the obvious one, for example CPU for lack of a GPU. */
  notice: string | null;
}

export interface TensorRow {
  name: string;
  dtype: string;
  shape: readonly number[];
  sizeBytes: number;
  file: string;
}

export interface MemoryEstimate {
  weightBytes: number;
  stateBytes: number;
  activationBytes: number;
  totalBytes: number;
}

/** Everything the model sheet shows. */
export interface ModelSummary {
  name: string;
  architecture: string;
  parameterCount: number;
  sizeBytes: number;
  dtypes: readonly string[];
  config: Record<string, number | string | boolean | null>;
  tensors: readonly TensorRow[];
  files: readonly { path: string; sizeBytes: number }[];
  tokenizer: { kind: string; vocabSize: number; hash: string; hasChatTemplate: boolean } | null;
  /** Set when the tokenizer is missing or cannot be used; the weights can still be looked at. */
  tokenizerProblem: WireError | null;
  /** Per choice of trainable set, so that the sheet can compare them with the device. */
  memory: Record<TrainableChoice, MemoryEstimate>;
  recommended: TrainableChoice;
}

export type TrainableChoice = "full" | "body" | "downProj" | "lora";

export type PairMix = "half" | "loud" | "quiet";

export interface FingerprintSettings {
  pairs: number;
  mix: PairMix;
  /** Candidates per key, a power of two; null lets the vocabulary decide (16, or 8 below 2,000). */
  width: number | null;
  /** Nucleus mass t; null for the default by model size. */
  nucleusMass: number | null;
  device: DeviceChoice;
  trainable: TrainableChoice | "auto";
  maxSteps: number | null;
  learningRate: number | null;
  /** Hex of 32 bytes for bound mode; null for unbound mode. */
  beacon: string | null;
  /** Own key texts to use before generated ones. */
  ownKeys: readonly string[];
}

export type FingerprintPhase =
  | "open"
  | "keys"
  | "commit"
  | "prepare"
  | "embed"
  | "export"
  | "gates"
  | "done";

/** One attempt at a key, for the generation table. `key` is shown on screen only, never logged. */
export interface KeyAttempt {
  attempt: number;
  accepted: boolean;
  key: string;
  /** Texts of the candidates, in order; empty when rejected before they were made. */
  candidates: readonly string[];
  /** Reason of rejection, for people. */
  reason: string | null;
  entropyBits: number | null;
}

/** One line of metrics.jsonl and one point of every chart. */
export interface StepMetrics {
  step: number;
  loss: number;
  learningRate: number;
  gradNorm: number;
  tokensPerSecond: number;
  elapsedMs: number;
  etaMs: number | null;
  /** Present on evaluation steps. */
  fsr?: number;
  /** Smallest and mean log-probability margin of the responses over their rivals. */
  margin?: { min: number; mean: number };
  log10E?: number;
  heldOutPerplexity?: number;
}

export interface GateResult {
  name: string;
  /** What was measured and the bound, for people. */
  value: number;
  bound: number;
  unit: "ratio" | "log10" | "percent";
  passed: boolean;
  note: string;
}

export interface FingerprintSummary {
  runId: string;
  pairs: number;
  /** Of the loud pairs, on the reloaded export; null when there are none. */
  fsr: number | null;
  log10E: number;
  log10ECeiling: number;
  baseHits: number;
  perplexity: { before: number; after: number };
  steps: number;
  seconds: number;
  device: DeviceReport;
  root: string;
  /** Hash that names the released model (config and weights), hexadecimal without prefix. */
  weightsHash: string;
  gates: readonly GateResult[];
  /** Files of the finished run in the private file system, ready to be saved. */
  files: readonly { path: string; sizeBytes: number }[];
  recoveryPhrase: string;
}

export type FingerprintEvent =
  | { type: "phase"; phase: FingerprintPhase; note: string; fraction: number | null }
  | { type: "device"; device: DeviceReport }
  | { type: "attempt"; attempt: KeyAttempt }
  | { type: "metrics"; metrics: StepMetrics }
  | {
      type: "samples";
      step: number;
      samples: readonly { key: string; answer: string; response: string; hit: boolean }[];
    }
  | { type: "checkpoint"; step: number; sizeBytes: number }
  | { type: "recovered"; fromStep: number; message: string }
  | { type: "gate"; gate: GateResult }
  | { type: "run"; runId: string };

export interface KeyObservation {
  index: number;
  key: string;
  mode: "loud" | "quiet";
  candidates: readonly string[];
  response: string;
  /**
   * Position of the response among its candidates by the suspect's probability, 0 is first; null where
   * only text came back.
   */
  rank: number | null;
  /** Log-probability of the response in the suspect minus in the base, nats; null for text. */
  shift: number | null;
  /** The suspect's greedy answer. */
  answer: string;
  hit: boolean;
  /** Evidence after this key, log10. */
  log10E: number;
}

export type VerdictWord = "Proven" | "Strong" | "Inconclusive" | "No evidence";

export interface VerifySummary {
  verdict: VerdictWord;
  /** What the verdict means and does not mean, in sentences. */
  meaning: readonly string[];
  log10E: number;
  hits: number;
  keys: number;
  pValue: number;
  fsr: number | null;
  device: DeviceReport;
  observations: readonly KeyObservation[];
  /** Evidence by each statistic, log10. */
  statistics: { logit: number | null; text: number; forcedChoice: number | null };
  /** What log10 E must reach for the words, and the most that this bank could give. */
  thresholds?: { proven: number; strong: number; ceiling: number };
  /** The signed-or-signable report, canonical JSON text. */
  report: string;
}

export type VerifyEvent =
  | { type: "device"; device: DeviceReport }
  | { type: "phase"; note: string; fraction: number | null }
  | { type: "observation"; observation: KeyObservation };

export interface RunRecord {
  id: string;
  modelName: string;
  createdAt: number;
  updatedAt: number;
  phase: FingerprintPhase;
  step: number;
  loss: number | null;
  sizeBytes: number;
  settings: FingerprintSettings;
  finished: boolean;
  /** Of runs in bound mode: set once the bank is committed to and encrypted. */
  commitment?: RunCommitment;
  /** Of finished runs: the hash that names the released model, as hexadecimal. */
  weightsHash?: string;
  registration?: Registration;
}

/** Parameters that name files by entries; a demo or headless run passes URLs. */
export interface TrainProtocol {
  fingerprint: {
    params: {
      files: readonly FileEntry[];
      settings: FingerprintSettings;
      passphrase: string;
      /** Wait for another tab to finish with the GPU instead of failing with GPU_BUSY. */
      waitForGpu?: boolean;
    };
    event: FingerprintEvent;
    result: FingerprintSummary;
  };
  /** Generates the bank of a new run, fixes its root, and stops there until a beacon is known. */
  commit: {
    params: {
      files: readonly FileEntry[];
      settings: FingerprintSettings;
      passphrase: string;
      /** Address of the wallet that will register the root. */
      owner: string;
      waitForGpu?: boolean;
    };
    event: FingerprintEvent;
    result: { runId: string; commitment: RunCommitment };
  };
  resume: {
    params: {
      runId: string;
      passphrase: string;
      device: DeviceChoice;
      /** Draws the responses of a run that stopped at its commitment. */
      beacon?: ChainBeacon | null;
      waitForGpu?: boolean;
    };
    event: FingerprintEvent;
    result: FingerprintSummary;
  };
  /** Takes effect after the step in progress. */
  setPaused: { params: { paused: boolean }; event: never; result: null };
}

export interface InferProtocol {
  verify: {
    params: {
      files: readonly FileEntry[];
      /** A bank, or the opened text of a challenge in its place. */
      bank: Blob | null;
      passphrase: string;
      challenge?: string;
      base: readonly FileEntry[] | null;
      device: DeviceChoice;
      waitForGpu?: boolean;
      /** Commitments of the registry at hand, which a bound bank is looked up in; null without one. */
      registry?: RegistryView | null;
    };
    event: VerifyEvent;
    result: VerifySummary;
  };
  perplexity: {
    params: { files: readonly FileEntry[]; text: string; device: DeviceChoice };
    event: { type: "progress"; fraction: number } | { type: "device"; device: DeviceReport };
    result: { nllPerToken: number; tokens: number; device: DeviceReport };
  };
  generate: {
    params: {
      files: readonly FileEntry[];
      prompt: string;
      maxTokens: number;
      device: DeviceChoice;
      chat: boolean;
    };
    event: { type: "token"; text: string } | { type: "device"; device: DeviceReport };
    result: { text: string; tokenIds: readonly number[]; device: DeviceReport };
  };
}

export interface FilesProtocol {
  inspect: {
    params: { files: readonly FileEntry[] };
    event: { type: "progress"; fraction: number };
    result: ModelSummary;
  };
  /** SHA-256 of the weights as the manifest defines it. */
  hash: {
    params: { files: readonly FileEntry[] };
    event: { type: "progress"; fraction: number };
    result: { sha256: string };
  };
  listRuns: { params: Record<string, never>; event: never; result: readonly RunRecord[] };
  deleteRun: { params: { runId: string }; event: never; result: null };
  /** Blob views of a finished run's files, backed by the private file system. */
  runFiles: {
    params: { runId: string };
    event: never;
    result: readonly { path: string; file: Blob }[];
  };
  recheckReport: {
    params: {
      report: string;
      bank: Blob | null;
      passphrase: string | null;
      registry?: RegistryView | null;
      /** Of a host's report: the evidence file that it names. */
      transcript?: string | null;
    };
    event: never;
    result: { valid: boolean; problems: readonly string[]; notes: readonly string[] };
  };
}

/** An error as it crosses a worker boundary. */
export interface WireError {
  name: string;
  code: string;
  message: string;
  hint: string;
  details: string | null;
  /** Short messages down the cause chain; never stacks. */
  causes: readonly string[];
}

export type Protocol = Record<string, { params: unknown; event: unknown; result: unknown }>;
