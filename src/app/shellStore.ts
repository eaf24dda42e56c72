import { create } from "zustand";

interface ShellState {
  overlay: "palette" | "shortcuts" | null;
  /** Where the wallet's button goes, in the header. */
  walletSlot: HTMLElement | null;
}

export const useShell = create<ShellState>()(() => ({ overlay: null, walletSlot: null }));
