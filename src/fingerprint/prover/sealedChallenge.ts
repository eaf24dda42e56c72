import { readChallenge, writeChallenge, type Challenge } from "../challenge.ts";
import { FingerprintError } from "../errors.ts";
import type { TestSet } from "../testSet.ts";
import { loadAge, readRecipient } from "./identity.ts";

const ARMOUR = "-----BEGIN AGE ENCRYPTED FILE-----";

/** More than a bank of the largest size makes. */
export const MAX_PACKAGE_BYTES = 64 << 20;

/** True for text that may be a challenge package. */
export function isSealedChallenge(text: string): boolean {
  return text.trimStart().startsWith(ARMOUR);
}

/**
 * A challenge that only its prover can read: an age file in ASCII armour (C2SP age.md; X25519,
 * HKDF-SHA-256, ChaCha20-Poly1305).
 * @param recipient `age1…`
 * @throws FingerprintError RECIPIENT_INVALID.
 */
export async function sealChallenge(challenge: Challenge, recipient: string): Promise<string> {
  const checked = await readRecipient(recipient);
  const { Encrypter, armor } = await loadAge();
  const encrypter = new Encrypter();
  encrypter.addRecipient(checked);
  return armor.encode(await encrypter.encrypt(writeChallenge(challenge)));
}

/** A package that was opened and whose pairs were all proven against its root. */
export interface OpenedChallenge {
  challenge: Challenge;
  testSet: TestSet;
  /** The challenge as text. It holds secrets. */
  text: string;
}

/**
 * Opens a package with the prover's identity and verifies every pair.
 * @throws FingerprintError CHALLENGE_NOT_YOURS, CHALLENGE_TAMPERED, as readChallenge.
 */
export async function openSealedChallenge(
  sealed: string,
  identity: string,
): Promise<OpenedChallenge> {
  const { Decrypter, armor } = await loadAge();
  let bytes: Uint8Array;
  try {
    bytes = armor.decode(sealed);
  } catch {
    throw tampered();
  }
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  let text: string;
  try {
    text = await decrypter.decrypt(bytes, "text");
  } catch (error) {
    // The library tells by its message alone that no stanza is this identity's.
    if (error instanceof Error && error.message.startsWith("no identity matched")) {
      throw new FingerprintError(
        "CHALLENGE_NOT_YOURS",
        "This challenge is encrypted for another prover.",
        "Send the owner the recipient that is shown here and ask for a package made for it.",
      );
    }
    throw tampered();
  }
  return { ...readChallenge(text), text };
}

function tampered(): FingerprintError {
  return new FingerprintError(
    "CHALLENGE_TAMPERED",
    "The challenge was changed or damaged on its way.",
    "Ask the model's owner for the file again.",
  );
}
