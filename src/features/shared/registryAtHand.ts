import type { RegistryView } from "@/fingerprint/registryCheck.ts";

/**
 * What the registry at hand says of every bank; null without a chain. It is asked before the bank is
 * opened and for all commitments at once, so that nobody learns which bank is used.
 */
export async function registryAtHand(): Promise<RegistryView | null> {
  try {
    const { openRegistryView } = await import("@/chain/registration/registryView.ts");
    return await openRegistryView();
  } catch {
    // Offline, the code may be missing as much as the chain.
    return null;
  }
}
