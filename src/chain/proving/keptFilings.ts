import { forget, keep, keptOf } from "@/storage/sealedStore.ts";
import { filingId, readFilings, writeFiling } from "./filing.ts";
import type { Filing } from "./filing.ts";

const KIND = "filing";

export interface KeptFiling {
  id: string;
  savedAt: number;
  /** Null when this browser cannot open it any more. */
  filing: Filing | null;
}

/** Keeps a filing, encrypted, until it is forgotten. Keep before committing: the salt is in it. */
export async function keepFiling(filing: Filing): Promise<string> {
  const id = filingId(filing);
  await keep(KIND, id, writeFiling(filing));
  return id;
}

/** All that were kept, oldest first. */
export async function keptFilings(): Promise<KeptFiling[]> {
  return (await keptOf(KIND)).map(({ id, savedAt, text }) => ({
    id,
    savedAt,
    filing: text === null ? null : read(text),
  }));
}

/** Forgets a filing. What was committed with its salt can then never be revealed. */
export function forgetFiling(id: string): Promise<void> {
  return forget(KIND, id);
}

function read(text: string): Filing | null {
  try {
    return readFilings(text)[0] ?? null;
  } catch {
    return null;
  }
}
