import { create } from "zustand";
import type { ChallengeSheet } from "@/rpc/challengeProtocol.ts";
import { challengeClient } from "./clients.ts";
import { registryAtHand } from "./registryAtHand.ts";

/** The challenge that is open in this tab; it is not kept anywhere else. */
interface OpenedChallenge {
  name: string;
  /** Null until it is opened. */
  sheet: ChallengeSheet | null;
  error: unknown;
}

export const useOpenedChallenge = create<{ opened: OpenedChallenge | null }>()(() => ({
  opened: null,
}));

const LARGEST_BYTES = 64 << 20;

/** True for files that are challenge packages by their first line. */
export async function isChallengeFile(file: File): Promise<boolean> {
  const start = await file.slice(0, 64).text();
  return file.size <= LARGEST_BYTES && start.trimStart().startsWith("-----BEGIN AGE ");
}

/** Opens a package with the stored identity; the outcome is in the store. */
export async function openChallenge(file: File): Promise<void> {
  const { name } = file;
  const opening: OpenedChallenge = { name, sheet: null, error: null };
  useOpenedChallenge.setState({ opened: opening });
  const finish = (outcome: Partial<OpenedChallenge>): void => {
    if (useOpenedChallenge.getState().opened === opening) {
      useOpenedChallenge.setState({ opened: { ...opening, ...outcome } });
    }
  };
  try {
    const registry = await registryAtHand();
    finish({ sheet: await challengeClient().call("openChallenge", { file, registry }) });
  } catch (error) {
    finish({ error });
  }
}

export function closeChallenge(): void {
  useOpenedChallenge.setState({ opened: null });
}
