import {
  createIdentity,
  exportIdentity,
  importIdentity,
  recipientOf,
} from "@/fingerprint/prover/identity.ts";
import { forget, keep, keptOf } from "@/storage/sealedStore.ts";
import { JobError } from "./errors.ts";

const KIND = "prover-identity";
const ID = "own";

/** The stored identity, or null. @throws JobError IDENTITY_LOST when it cannot be opened any more. */
async function stored(): Promise<string | null> {
  const [kept] = await keptOf(KIND);
  if (kept === undefined) return null;
  if (kept.text !== null) return kept.text;
  throw new JobError(
    "IDENTITY_LOST",
    "The stored identity cannot be opened: this browser has lost its key.",
    "Delete it and import the file that you exported.",
  );
}

/** @throws JobError NO_IDENTITY, IDENTITY_LOST. */
export async function requireIdentity(): Promise<string> {
  const identity = await stored();
  if (identity !== null) return identity;
  throw new JobError(
    "NO_IDENTITY",
    "There is no prover's identity in this browser.",
    "Make one on the screen Challenges, or import yours, and send its recipient to the owner.",
  );
}

export async function ownRecipient(): Promise<string | null> {
  const identity = await stored();
  return identity === null ? null : recipientOf(identity);
}

/** @throws JobError IDENTITY_EXISTS: packages for the old one would be lost. */
export async function makeIdentity(): Promise<string> {
  await requireNone();
  return keepIdentity(await createIdentity());
}

export async function exportOwnIdentity(passphrase: string): Promise<string> {
  return exportIdentity(await requireIdentity(), passphrase);
}

/** @throws JobError IDENTITY_EXISTS; FingerprintError as importIdentity. */
export async function importOwnIdentity(text: string, passphrase: string): Promise<string> {
  await requireNone();
  return keepIdentity(await importIdentity(text, passphrase));
}

export async function forgetIdentity(): Promise<void> {
  await forget(KIND, ID);
}

async function keepIdentity(identity: string): Promise<string> {
  await keep(KIND, ID, identity);
  return recipientOf(identity);
}

async function requireNone(): Promise<void> {
  if ((await keptOf(KIND)).length === 0) return;
  throw new JobError(
    "IDENTITY_EXISTS",
    "There is an identity in this browser already.",
    "Export it and delete it before another takes its place.",
  );
}
