import { create } from "zustand";
import type { BankSheet, BankSource } from "@/rpc/challengeProtocol.ts";
import { challengeClient } from "../shared/clients.ts";
import { registryAtHand } from "../shared/registryAtHand.ts";

/** A burn-log entry whose package is still to be made. */
export interface Pending {
  entry: number;
  prover: string;
  recipient: string;
  /** The rewritten bank, to be saved by the owner; null once it is saved. */
  bank: Blob | null;
}

export interface MadePackage {
  prover: string;
  pairs: number;
  text: string;
}

interface Desk {
  /** Name of the file or run. */
  name: string;
  /** Where the bank was opened from; after a burn the file is an older one. */
  source: BankSource;
  sheet: BankSheet;
  /** Pairs that were shown on the chain at hand. */
  shownOnChain: readonly number[];
  pending: Pending | null;
  made: MadePackage | null;
}

export const useDesk = create<{ desk: Desk | null }>()(() => ({ desk: null }));

function patch(change: Partial<Desk>): void {
  useDesk.setState(({ desk }) => (desk === null ? {} : { desk: { ...desk, ...change } }));
}

export async function openBank(
  name: string,
  source: BankSource,
  passphrase: string,
): Promise<void> {
  const registry = await registryAtHand();
  const sheet = await challengeClient().call("openBank", { source, passphrase, registry });
  const shownOnChain = await shownPairs(sheet);
  useDesk.setState({ desk: { name, source, sheet, shownOnChain, pending: null, made: null } });
}

export async function closeBank(): Promise<void> {
  useDesk.setState({ desk: null });
  await challengeClient().call("closeBank", {});
}

/** Burns pairs; the bank of a run is saved at once, and then its package is made. */
export async function burnPairs(wanted: {
  count: number;
  prover: string;
  recipient: string;
}): Promise<void> {
  const { desk } = useDesk.getState();
  if (desk === null) return;
  const shownOnChain = await shownPairs(desk.sheet);
  const { bank, saved, entry, sheet } = await challengeClient().call("burnPairs", {
    ...wanted,
    alsoBurnt: shownOnChain,
  });
  const { prover, recipient } = wanted;
  const pending = { entry, prover, recipient, bank: saved ? null : bank };
  patch({ sheet, shownOnChain, made: null, pending });
  if (saved) await makePackage(null);
}

/**
 * Makes the package that is pending. The worker reads the saved bank first and makes none when the entry
 * is not in it.
 */
export async function makePackage(saved: File | null): Promise<void> {
  const pending = useDesk.getState().desk?.pending ?? null;
  if (pending === null) return;
  const { entry, recipient, prover } = pending;
  const { text, pairs } = await challengeClient().call("packChallenge", {
    entry,
    recipient,
    saved,
  });
  patch({
    pending: null,
    made: { prover, pairs, text },
    ...(saved === null ? {} : { source: { file: saved } }),
  });
}

/** Makes the package of an earlier entry again. */
export async function packAgain(entry: number): Promise<void> {
  const { desk } = useDesk.getState();
  const earlier = desk?.sheet.challenges.find((one) => one.entry === entry);
  const [, prover, recipient] = /^(.*) <(age1[^>]+)>$/s.exec(earlier?.shownTo ?? "") ?? [];
  if (desk === null || prover === undefined || recipient === undefined) return;
  patch({ pending: { entry, prover, recipient, bank: null }, made: null });
  await makePackage("file" in desk.source ? fileOf(desk.source.file) : null);
}

/** Whether an entry names for whom its package can be made again. */
export function canPackAgain(shownTo: string): boolean {
  return / <age1[^>]+>$/.test(shownTo);
}

function fileOf(blob: Blob): File {
  return blob instanceof File ? blob : new File([blob], "bank.signet");
}

async function shownPairs({ check }: BankSheet): Promise<number[]> {
  if (check?.state !== "confirmed") return [];
  const { openProversAtHand } = await import("@/chain/challenges/proversAtHand.ts");
  const provers = await openProversAtHand();
  const shown = provers?.shown.filter(
    ({ model, epoch }) => model === check.model && epoch === check.epoch,
  );
  return [...new Set(shown?.map(({ index }) => index))];
}
