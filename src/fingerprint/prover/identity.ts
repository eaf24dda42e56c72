import { FingerprintError } from "../errors.ts";

/** X25519 recipient of the age format (C2SP age.md): bech32 of 32 bytes, 62 characters. */
const RECIPIENT = /^age1[02-9ac-hj-np-z]{58}$/;
const IDENTITY = /^AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}$/;

/** The library is 140 kB that only who proves or hands out challenges needs. */
export const loadAge = () => import("age-encryption");

/** A new prover's identity, `AGE-SECRET-KEY-1…`. It is a secret: keep it encrypted. */
export async function createIdentity(): Promise<string> {
  return (await loadAge()).generateX25519Identity();
}

/** The public recipient of an identity, `age1…`. @throws FingerprintError IDENTITY_INVALID. */
export async function recipientOf(identity: string): Promise<string> {
  const { identityToRecipient } = await loadAge();
  try {
    return await identityToRecipient(identity);
  } catch {
    // Without the cause: the library's message repeats what it could not read.
    throw badIdentity();
  }
}

/**
 * A recipient as an owner pastes it, checked in full.
 * @throws FingerprintError RECIPIENT_INVALID.
 */
export async function readRecipient(text: string): Promise<string> {
  const recipient = text.trim();
  const { Encrypter } = await loadAge();
  try {
    if (!RECIPIENT.test(recipient)) throw new RangeError("not an X25519 recipient");
    new Encrypter().addRecipient(recipient);
  } catch {
    throw new FingerprintError(
      "RECIPIENT_INVALID",
      "This is not a prover's recipient.",
      "Ask the prover for the line that begins with age1 and paste all of it.",
    );
  }
  return recipient;
}

/**
 * An identity under a passphrase, as an age file in ASCII armour that `age -d` opens too.
 * @param workFactor log2 of scrypt's cost (default 18, about a second)
 * @throws FingerprintError PASSPHRASE_MISSING.
 */
export async function exportIdentity(
  identity: string,
  passphrase: string,
  workFactor = 18,
): Promise<string> {
  if (passphrase === "") {
    throw new FingerprintError(
      "PASSPHRASE_MISSING",
      "A prover's identity leaves the browser encrypted, and the passphrase is empty.",
      "Give a passphrase; a sentence that only you know is a good one.",
    );
  }
  const { Encrypter, armor } = await loadAge();
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase.normalize("NFKC"));
  encrypter.setScryptWorkFactor(workFactor);
  return armor.encode(await encrypter.encrypt(`${identity}\n`));
}

/**
 * Reads an exported identity.
 * @throws FingerprintError PASSPHRASE_MISSING, PASSPHRASE_WRONG, IDENTITY_INVALID.
 */
export async function importIdentity(file: string, passphrase: string): Promise<string> {
  const { Decrypter, armor } = await loadAge();
  let bytes: Uint8Array;
  try {
    bytes = armor.decode(file);
  } catch {
    throw badIdentity();
  }
  let text: string;
  try {
    const decrypter = new Decrypter();
    decrypter.addPassphrase(passphrase.normalize("NFKC"));
    text = await decrypter.decrypt(bytes, "text");
  } catch {
    throw new FingerprintError(
      "PASSPHRASE_WRONG",
      "The passphrase does not open this identity, or the file was changed.",
      "Check capitals, spaces and the keyboard layout, and try again.",
    );
  }
  // As age-keygen writes them: comments, then the identity.
  const lines = text.split(/\r?\n/).filter((line) => line !== "" && !line.startsWith("#"));
  const [identity] = lines;
  if (lines.length !== 1 || identity === undefined || !IDENTITY.test(identity)) throw badIdentity();
  await recipientOf(identity);
  return identity;
}

function badIdentity(): FingerprintError {
  return new FingerprintError(
    "IDENTITY_INVALID",
    "This is not the identity of a prover.",
    "Choose the file that was exported, or make a new identity.",
  );
}
