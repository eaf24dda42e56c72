// @ts-check
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

/**
 * Files of one local chain.
 * @typedef {{ folder: string, state: string, backup: string, candidate: string, market: string, lock: string }} StateFolder
 */

/** @param {string} folder @returns {StateFolder} */
export function stateFolder(folder) {
  mkdirSync(folder, { recursive: true });
  const path = (/** @type {string} */ name) => join(folder, name);
  return {
    folder,
    state: path("state.json"),
    backup: path("state.backup.json"),
    candidate: path("state.candidate.json"),
    market: path("market.json"),
    lock: path("lock.json"),
  };
}

const KEPT_ASIDE = /^state\.(damaged|other)-(.+)\.json$/;
const MOST_ASIDE = 3;
const stampOf = (/** @type {string} */ name) => KEPT_ASIDE.exec(name)?.[2] ?? "";

/** Forgets the chain. @param {StateFolder} files */
export function eraseState(files) {
  for (const path of [files.state, files.backup, files.candidate, files.market]) {
    rmSync(path, { force: true });
  }
}

/**
 * Keeps what cannot be used under another name, for whoever wants to look at it: the last three.
 *
 * @param {StateFolder} files
 * @param {string} why one word for the name
 * @returns {string} where it is now
 */
export function moveAside(files, why) {
  const stamp = new Date().toISOString().replace(/[:.]/g, "-");
  const target = join(files.folder, `state.${why}-${stamp}.json`);
  if (existsSync(files.state)) renameSync(files.state, target);
  const kept = readdirSync(files.folder).filter((name) => KEPT_ASIDE.test(name));
  kept.sort((a, b) => stampOf(a).localeCompare(stampOf(b)));
  for (const name of kept.slice(0, -MOST_ASIDE)) rmSync(join(files.folder, name), { force: true });
  return target;
}

/** Remembers the state as it is before the node begins to write it. @param {StateFolder} files */
export function copyCandidate(files) {
  if (existsSync(files.state)) copyFileSync(files.state, files.candidate);
}

/** The node could read it, so it is the copy to fall back to. @param {StateFolder} files */
export function keepCandidate(files) {
  if (existsSync(files.candidate)) renameSync(files.candidate, files.backup);
}

/**
 * Puts the last good copy where the node looks.
 *
 * @param {StateFolder} files
 * @returns {boolean} false when there is none
 */
export function restoreBackup(files) {
  if (!existsSync(files.backup)) return false;
  renameSync(files.backup, files.state);
  return true;
}
