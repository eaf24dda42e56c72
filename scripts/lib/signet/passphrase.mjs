// @ts-check
import { randomBytes } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { BadInput } from "../badInput.mjs";
import { callerPath, readText } from "./inputFiles.mjs";

export const PASSPHRASE_FILE = "passphrase.txt";

/** @param {string} path */
function fromFile(path) {
  const passphrase = readText(path, "The passphrase file").replace(/\r?\n$/, "");
  if (passphrase === "") throw new BadInput(`The passphrase file "${callerPath(path)}" is empty`);
  return passphrase;
}

/**
 * @param {string | undefined} file value of --passphrase-file
 * @returns {string | null}
 */
export function givenPassphrase(file) {
  if (file !== undefined) return fromFile(file);
  return process.env.SIGNET_PASSPHRASE || null;
}

/**
 * For opening a bank: what was given, or the file that fingerprint left beside it.
 *
 * @param {string | undefined} file
 * @param {string} bankPath
 */
export function passphraseForBank(file, bankPath) {
  const beside = join(dirname(callerPath(bankPath)), PASSPHRASE_FILE);
  const passphrase = givenPassphrase(file) ?? (existsSync(beside) ? fromFile(beside) : null);
  if (passphrase !== null) return passphrase;
  throw new BadInput(
    `The bank needs its passphrase: give --passphrase-file or SIGNET_PASSPHRASE, or put ${PASSPHRASE_FILE} beside it`,
  );
}

/** @returns {string} 144 random bits */
export function randomPassphrase() {
  return randomBytes(18).toString("base64url");
}

/** @param {string} folder @param {string} passphrase */
export function writePassphrase(folder, passphrase) {
  writeFileSync(join(folder, PASSPHRASE_FILE), `${passphrase}\n`, { mode: 0o600, flag: "wx" });
}
