import { create } from "zustand";

interface ShellState {
  overlay: "palette" | "shortcuts" | null;
}

export const useShell = create<ShellState>()(() => ({ overlay: null }));
