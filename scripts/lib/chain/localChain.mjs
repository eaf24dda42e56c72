// @ts-check
import { existsSync, rmSync } from "node:fs";
import { basename } from "node:path";
import { BadInput } from "../badInput.mjs";
import { AnvilFailed, startAnvil } from "./anvil.mjs";
import { isAlive, readLock, removeStale, takeLock, writeLock } from "./lock.mjs";
import { rpc } from "./rpc.mjs";
import {
  copyCandidate,
  eraseState,
  keepCandidate,
  moveAside,
  restoreBackup,
  stateFolder,
} from "./stateFolder.mjs";

/** @typedef {import("./anvil.mjs").Anvil} Anvil */
/** @typedef {import("./stateFolder.mjs").StateFolder} StateFolder */

/** A chain that holds something else than what is asked of it. */
export class ForeignState extends Error {}

/**
 * @typedef {object} LocalChainOptions
 * @property {string} folder where state, market and lock are
 * @property {(url: string, marketFile: string) => Promise<void>} fill makes sure that the contracts
 * and the market are there; throws ForeignState when the chain is another's
 * @property {number | null} [port]
 * @property {boolean} [reset] starts afresh
 * @property {number} [stateIntervalS]
 * @property {number} [waitMs] how long another's start is waited for
 * @property {(line: string) => void} [log]
 *
 * @typedef {object} LocalChain
 * @property {string} url
 * @property {string} marketFile
 * @property {boolean} shared run by another process, which stop leaves alone
 * @property {Promise<void>} ended never settles for a shared one
 * @property {() => Promise<void>} stop
 */

const WAIT_MS = 60_000;

/** @param {string} url */
async function answers(url) {
  try {
    return (await rpc(url, "eth_chainId", [], { timeoutMs: 5_000 })) === "0x7a69";
  } catch {
    return false;
  }
}

/**
 * Waits for the process that has the lock, and joins its chain.
 *
 * @param {StateFolder} files
 * @param {LocalChainOptions} options
 * @returns {Promise<LocalChain | null>} null when the lock is free again
 */
async function join(files, options) {
  const deadline = Date.now() + (options.waitMs ?? WAIT_MS);
  for (let silent = 0; ;) {
    const holder = readLock(files.lock);
    if (holder === null || !isAlive(holder.pid)) return null;
    if (options.reset) {
      throw new BadInput(
        `The local chain is in use by process ${holder.pid}; stop it, then reset the chain`,
      );
    }
    if (holder.url !== null) {
      if (await answers(holder.url)) {
        options.log?.(`Using the local chain that process ${holder.pid} runs.`);
        /** @type {Promise<void>} */
        const ended = new Promise(() => {});
        return {
          url: holder.url,
          marketFile: files.market,
          shared: true,
          ended,
          stop: async () => {},
        };
      }
      silent += 1;
      // The number of a process that died with the machine may belong to another by now.
      if (silent > 20) {
        removeStale(files.lock, holder);
        return null;
      }
    }
    if (Date.now() > deadline) {
      throw new BadInput(
        `Process ${holder.pid} has been starting the local chain for long; stop it or remove ${files.lock}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

/**
 * Starts the node on the folder's state; a state that it cannot read is moved aside for the last one
 * that it could, or for none.
 *
 * @param {StateFolder} files
 * @param {LocalChainOptions} options
 * @returns {Promise<Anvil>}
 */
async function startOnState(files, options) {
  for (;;) {
    copyCandidate(files);
    try {
      const anvil = await startAnvil({
        port: options.port ?? null,
        stateFile: files.state,
        lock: files.lock,
        ...(options.stateIntervalS === undefined ? {} : { stateIntervalS: options.stateIntervalS }),
      });
      keepCandidate(files);
      return anvil;
    } catch (error) {
      if (!(error instanceof AnvilFailed && error.badState && existsSync(files.state))) throw error;
      const aside = basename(moveAside(files, "damaged"));
      const next = restoreBackup(files) ? "going back to the last good copy" : "starting afresh";
      options.log?.(`The chain's state could not be read; it is now ${aside}; ${next}.`);
      // The failed start took the lock with it.
      writeLock(files.lock, { pid: process.pid, url: null });
    }
  }
}

/**
 * @param {StateFolder} files
 * @param {LocalChainOptions} options
 * @returns {Promise<LocalChain>}
 */
async function startFilled(files, options) {
  for (let attempt = 0; ; attempt += 1) {
    const anvil = await startOnState(files, options);
    writeLock(files.lock, { pid: anvil.pid, url: null });
    try {
      await options.fill(anvil.url, files.market);
      writeLock(files.lock, { pid: anvil.pid, url: anvil.url });
      const { url, ended, stop } = anvil;
      return { url, marketFile: files.market, shared: false, ended, stop };
    } catch (error) {
      await anvil.stop();
      if (!(error instanceof ForeignState) || attempt > 0) throw error;
      const aside = basename(moveAside(files, "other"));
      rmSync(files.backup, { force: true });
      rmSync(files.market, { force: true });
      options.log?.(`${error.message}; its state is now ${aside}; starting afresh.`);
      writeLock(files.lock, { pid: process.pid, url: null });
    }
  }
}

/**
 * The chain of a folder: joined when another process runs it, else started on the state that it was
 * left in and filled when it is empty.
 *
 * @param {LocalChainOptions} options
 * @returns {Promise<LocalChain>}
 */
export async function openLocalChain(options) {
  const files = stateFolder(options.folder);
  while (takeLock(files.lock) !== null) {
    const joined = await join(files, options);
    if (joined !== null) return joined;
  }
  try {
    if (options.reset) eraseState(files);
    return await startFilled(files, options);
  } catch (error) {
    rmSync(files.lock, { force: true });
    throw error;
  }
}
