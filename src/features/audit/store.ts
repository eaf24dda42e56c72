import { create } from "zustand";
import type { HostAudit } from "@/rpc/challengeProtocol.ts";
import type { DeviceChoice, DeviceReport, FileEntry, VerifySummary } from "@/rpc/protocols.ts";
import { usePreferences } from "../shared/preferences.ts";

export interface Dropped {
  name: string;
  files: readonly FileEntry[];
}

/** What an audit of a host leaves behind beside its verdict. */
export type HostEvidence = Pick<HostAudit, "transcript" | "transcriptHash" | "keys"> & {
  url: string;
};

export interface Audit {
  status: "running" | "stopping" | "cancelled" | "failed" | "done";
  suspectName: string;
  note: string;
  fraction: number | null;
  device: DeviceReport | null;
  summary: VerifySummary | null;
  host: HostEvidence | null;
  /** What was said until a host's audit ended early; that host has seen those keys. */
  cutTranscript: string | null;
  error: unknown;
}

interface AuditState {
  /** Whether the suspect is files of this device or a host that is asked over HTTP. */
  where: "files" | "host";
  suspect: Dropped | null;
  base: Dropped | null;
  bank: File | null;
  /** Name of the host, of those that the page's server passes calls to. */
  hostName: string | null;
  hostModel: string;
  tokenizer: Dropped | null;
  device: DeviceChoice;
  dropError: unknown;
  audit: Audit | null;
  patchAudit: (patch: Partial<Audit>) => void;
}

export const useAudit = create<AuditState>()((set) => ({
  where: "files",
  suspect: null,
  base: null,
  bank: null,
  hostName: null,
  hostModel: "",
  tokenizer: null,
  device: usePreferences.getState().device,
  dropError: null,
  audit: null,
  patchAudit: (patch) =>
    set((state) => (state.audit === null ? {} : { audit: { ...state.audit, ...patch } })),
}));
