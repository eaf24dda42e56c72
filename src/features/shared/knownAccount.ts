import { create } from "zustand";
import { persist } from "zustand/middleware";

interface KnownAccount {
  /** Address that was last connected in this browser; empty before the first. */
  account: string;
}

/** Lets screens that load no wallet offer the address of one. Public, and only ever a suggestion. */
export const useKnownAccount = create<KnownAccount>()(
  persist<KnownAccount>(() => ({ account: "" }), { name: "signet-account" }),
);
