import * as v from "valibot";
import type { Bank } from "@/fingerprint/bank.ts";
import { burnSchema, type BurnEntry } from "@/fingerprint/burnLog.ts";
import { canonicalJson } from "@/fingerprint/canonicalJson.ts";
import { keep, keptOf } from "@/storage/sealedStore.ts";

const KIND = "burn-log";
const logSchema = v.array(burnSchema);

/** Remembers the challenges of a bank, so that an older copy of its file does not spend pairs twice. */
export async function rememberBurns(bank: Pick<Bank, "root" | "burns">): Promise<void> {
  const known = await rememberedBurns(bank.root);
  await keep(KIND, bank.root, canonicalJson(merged(known, bank.burns)));
}

/** The bank with what this browser remembers of its burn log and its file lacks. */
export async function withRememberedBurns(bank: Bank): Promise<Bank> {
  const burns = merged(bank.burns, await rememberedBurns(bank.root));
  return burns.length === bank.burns.length ? bank : { ...bank, burns };
}

async function rememberedBurns(root: string): Promise<readonly BurnEntry[]> {
  const kept = (await keptOf(KIND)).find(({ id }) => id === root);
  if (kept?.text == null) return [];
  try {
    const parsed = v.safeParse(logSchema, JSON.parse(kept.text));
    return parsed.success ? parsed.output : [];
  } catch {
    return [];
  }
}

function merged(first: readonly BurnEntry[], more: readonly BurnEntry[]): BurnEntry[] {
  const known = new Set(first.map(canonicalJson));
  return [...first, ...more.filter((entry) => !known.has(canonicalJson(entry)))];
}
