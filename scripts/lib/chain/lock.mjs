// @ts-check
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

/**
 * Who runs the chain of a folder. `url` is null until the node answers and the market is there.
 * @typedef {{ pid: number, url: string | null }} Holder
 */

/** @param {number} pid */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/**
 * @param {string} path
 * @returns {Holder | null} null when there is no lock or nothing can be made of it
 */
export function readLock(path) {
  try {
    const value = JSON.parse(readFileSync(path, "utf8"));
    const isHolder = Number.isInteger(value.pid) && value.pid > 0;
    return isHolder
      ? { pid: value.pid, url: typeof value.url === "string" ? value.url : null }
      : null;
  } catch {
    return null;
  }
}

/**
 * Takes the lock unless a living process has it.
 *
 * @param {string} path
 * @returns {Holder | null} null when it was taken, else who has it
 */
export function takeLock(path) {
  const own = JSON.stringify({ pid: process.pid, url: null });
  for (let attempt = 0; ; attempt += 1) {
    try {
      writeFileSync(path, own, { flag: "wx" });
      return null;
    } catch (error) {
      const exists = error instanceof Error && "code" in error && error.code === "EEXIST";
      if (!exists || attempt > 20) throw error;
    }
    const holder = readLock(path);
    if (holder !== null && isAlive(holder.pid)) return holder;
    removeStale(path, holder);
  }
}

/**
 * Renames before it removes, so that of two processes that find the same dead lock one gets it, and
 * a lock that was taken meanwhile is put back.
 *
 * @param {string} path
 * @param {Holder | null} stale
 */
export function removeStale(path, stale) {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  const moved = readLock(aside);
  if (moved !== null && moved.pid !== stale?.pid && isAlive(moved.pid)) renameSync(aside, path);
  else rmSync(aside, { force: true });
}

/**
 * Says in a lock that is held who keeps the chain now, or where it is.
 *
 * @param {string} path
 * @param {Holder} holder
 */
export function writeLock(path, holder) {
  const fresh = `${path}.${process.pid}.new`;
  writeFileSync(fresh, JSON.stringify(holder));
  renameSync(fresh, path);
}
