import { create } from "zustand";
import { persist } from "zustand/middleware";
import type { DeviceChoice } from "@/rpc/protocols.ts";

export type Theme = "auto" | "light" | "dark";

interface Preferences {
  theme: Theme;
  device: DeviceChoice;
  /** Keeps the screen on while a run is going. */
  keepAwake: boolean;
  /** Smoothing of the run's charts, 0 to 0.99. */
  smoothing: number;
  set: (patch: Partial<Omit<Preferences, "set">>) => void;
}

/** What the user chose once and does not want to choose again. Holds no secret. */
export const usePreferences = create<Preferences>()(
  persist(
    (set) => ({
      theme: "auto",
      device: "auto",
      keepAwake: true,
      smoothing: 0.6,
      set: (patch) => set(patch),
    }),
    { name: "signet-preferences", version: 1 },
  ),
);
