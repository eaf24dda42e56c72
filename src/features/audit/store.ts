import { create } from "zustand";
import type { DeviceChoice, DeviceReport, FileEntry, VerifySummary } from "@/rpc/protocols.ts";
import { usePreferences } from "../shared/preferences.ts";

export interface Dropped {
  name: string;
  files: readonly FileEntry[];
}

export interface Audit {
  status: "running" | "stopping" | "cancelled" | "failed" | "done";
  suspectName: string;
  note: string;
  fraction: number | null;
  device: DeviceReport | null;
  summary: VerifySummary | null;
  error: unknown;
}

interface AuditState {
  suspect: Dropped | null;
  base: Dropped | null;
  bank: File | null;
  device: DeviceChoice;
  dropError: unknown;
  audit: Audit | null;
  patchAudit: (patch: Partial<Audit>) => void;
}

export const useAudit = create<AuditState>()((set) => ({
  suspect: null,
  base: null,
  bank: null,
  device: usePreferences.getState().device,
  dropError: null,
  audit: null,
  patchAudit: (patch) =>
    set((state) => (state.audit === null ? {} : { audit: { ...state.audit, ...patch } })),
}));
