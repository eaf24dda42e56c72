import type { Bank } from "@/fingerprint/bank.ts";
import { requireSealed } from "@/fingerprint/bankFile.ts";
import { canonicalJson } from "@/fingerprint/canonicalJson.ts";
import { burnForChallenge, challengeOf } from "@/fingerprint/challenge.ts";
import { manifestHash } from "@/fingerprint/manifest.ts";
import { choosePairs } from "@/fingerprint/prover/choosePairs.ts";
import { readRecipient } from "@/fingerprint/prover/identity.ts";
import { openSealedChallenge, sealChallenge } from "@/fingerprint/prover/sealedChallenge.ts";
import { checkRegistry, type RegistryView } from "@/fingerprint/registryCheck.ts";
import { readVault, unlockVault, writeVault, type VaultKey } from "@/fingerprint/vault.ts";
import type { BankSheet, BankSource, ChallengeSheet } from "@/rpc/challengeProtocol.ts";
import { openRunDirectory } from "@/storage/runDirectory.ts";
import { rememberBurns, withRememberedBurns } from "./burnMemory.ts";
import { JobError } from "./errors.ts";
import { requireIdentity } from "./proverIdentity.ts";

/** Where a finished run keeps its bank. */
const BANK_FILE = "out/bank.signet";

interface OpenBank {
  bank: Bank;
  key: VaultKey;
  /** Null for a file of the user's. */
  runId: string | null;
  registry: RegistryView | null;
}

/**
 * An owner's desk: one open bank. Its burn log is written and saved before a challenge is made of it,
 * so that no pair can be shown that the saved bank does not know of.
 */
export class ChallengeDesk {
  #open: OpenBank | null = null;

  /** @throws FingerprintError as openVault and requireSealed; StorageError. */
  async open(
    source: BankSource,
    passphrase: string,
    registry: RegistryView | null,
    signal: AbortSignal,
  ): Promise<BankSheet> {
    this.#open = null;
    const runId = "runId" in source ? source.runId : null;
    const bytes = await bytesOf("file" in source ? source.file : await bankOfRun(source.runId));
    const key = await unlockVault(bytes, passphrase, { signal });
    const stored = requireSealed(await readVault(bytes, key));
    const bank = await withRememberedBurns(stored);
    this.#open = { bank, key, runId, registry };
    return { ...sheetOf(bank, registry), isOlder: bank !== stored };
  }

  close(): void {
    this.#open = null;
  }

  /**
   * Burns the next pairs for a prover and rewrites the bank; that of a run is saved at once.
   * @throws FingerprintError PAIRS_TOO_FEW, RECIPIENT_INVALID; JobError BANK_NOT_OPEN, BANK_NOT_SAVED;
   * StorageError QUOTA_EXCEEDED.
   */
  async burn(
    wanted: {
      count: number;
      alsoBurnt: readonly number[];
      prover: string;
      recipient: string;
    },
    signal: AbortSignal,
  ): Promise<{ bank: Blob; saved: boolean; entry: number; sheet: BankSheet }> {
    const recipient = await readRecipient(wanted.recipient);
    const { runId } = this.#required();
    // Two burns at once, here or in another tab, would each write a log without the other's entry.
    const lock = `signet-bank-${runId ?? "file"}`;
    return navigator.locks.request(lock, { signal }, async () => {
      const { key, registry, ...open } = this.#required();
      const bank = runId === null ? open.bank : await this.#readRun(runId, key);
      const burnt = burnForChallenge(
        bank,
        choosePairs(bank, wanted.count, new Set(wanted.alsoBurnt)),
        { prover: shownTo(wanted.prover, recipient), createdAt: new Date().toISOString() },
      );
      const vault = await writeVault(burnt, key);
      if (runId !== null) {
        const directory = await openRunDirectory(runId);
        await directory.write(BANK_FILE, vault, signal);
      }
      // From here on these pairs count as shown, whether or not the page manages to save the file.
      this.#open = { bank: burnt, key, runId, registry };
      return {
        bank: new Blob([vault]),
        saved: runId !== null,
        entry: burnt.burns.length - 1,
        sheet: sheetOf(burnt, registry),
      };
    });
  }

  /**
   * Makes a package for an entry of the log, once the saved bank has proven to hold it.
   * @throws JobError BANK_NOT_OPEN, BANK_NOT_SAVED; FingerprintError RECIPIENT_INVALID, as readVault.
   */
  async pack(
    entry: number,
    recipient: string,
    saved: Blob | null,
  ): Promise<{ text: string; pairs: number }> {
    const { bank, key, runId } = this.#required();
    const file = saved ?? (runId === null ? null : await bankOfRun(runId));
    if (file === null) throw notSaved("no file was given");
    const onDisc = requireSealed(await readVault(await bytesOf(file), key));
    const [want, have] = [bank.burns[entry], onDisc.burns[entry]];
    if (
      onDisc.root !== bank.root ||
      want === undefined ||
      have === undefined ||
      canonicalJson(want) !== canonicalJson(have)
    ) {
      throw notSaved("the file is an older one");
    }
    if (!want.shownTo.endsWith(`<${recipient}>`)) throw notSaved("another prover was noted");
    const challenge = challengeOf(onDisc, entry);
    await rememberBurns(onDisc);
    return { text: await sealChallenge(challenge, recipient), pairs: challenge.pairs.length };
  }

  async #readRun(runId: string, key: VaultKey): Promise<Bank> {
    const stored = await readVault(await bytesOf(await bankOfRun(runId)), key);
    return withRememberedBurns(requireSealed(stored));
  }

  #required(): OpenBank {
    if (this.#open !== null) return this.#open;
    throw new JobError("BANK_NOT_OPEN", "No bank is open.", "Open the bank again.");
  }
}

/** Opens a package with the stored identity. @throws as requireIdentity and openSealedChallenge. */
export async function openChallengeFile(
  file: Blob,
  registry: RegistryView | null,
): Promise<ChallengeSheet> {
  const identity = await requireIdentity();
  const { challenge, text } = await openSealedChallenge(await file.text(), identity);
  const { manifest, beacon } = challenge;
  return {
    prover: challenge.prover,
    createdAt: challenge.createdAt,
    root: challenge.root,
    manifestHash: manifestHash(manifest),
    owner: manifest.owner,
    pairsInBank: manifest.pairs,
    width: manifest.width,
    bound: beacon.kind === "bound",
    check: checkRegistry(challenge, registry),
    pairs: challenge.pairs.map(({ index, mode }) => ({ index, mode })),
    chat: manifest.chat,
    text,
  };
}

/** How the burn log names a prover: the recipient in it fixes for whom a package may be made again. */
function shownTo(prover: string, recipient: string): string {
  return `${prover.trim().slice(0, 200)} <${recipient}>`;
}

function sheetOf(bank: Bank, registry: RegistryView | null): BankSheet {
  const burnt = new Map<number, BankSheet["pairs"][number]["burnt"]>();
  for (const { pairs, shownTo: to, at, purpose } of bank.burns) {
    for (const index of pairs) {
      if (!burnt.has(index)) burnt.set(index, { shownTo: to, at, purpose });
    }
  }
  const { manifest, beacon } = bank;
  return {
    isOlder: false,
    modelName: bank.modelName,
    root: bank.root,
    manifestHash: manifestHash(manifest),
    owner: manifest.owner,
    width: manifest.width,
    bound: beacon.kind === "bound",
    check: checkRegistry(bank, registry),
    pairs: bank.pairs.map(({ index, mode }) => ({ index, mode, burnt: burnt.get(index) ?? null })),
    challenges: bank.burns.flatMap(({ purpose, shownTo: to, at, pairs }, entry) =>
      purpose === "challenge" ? [{ entry, shownTo: to, at, pairs: pairs.length }] : [],
    ),
  };
}

async function bankOfRun(runId: string): Promise<Blob> {
  return (await openRunDirectory(runId)).read(BANK_FILE);
}

async function bytesOf(file: Blob): Promise<Uint8Array> {
  return new Uint8Array(await file.arrayBuffer());
}

function notSaved(details: string): JobError {
  return new JobError(
    "BANK_NOT_SAVED",
    "The bank with the new entry of its burn log is not saved yet, so there is no package.",
    "Save the new bank in place of the old one, then choose the saved file.",
    { details },
  );
}
