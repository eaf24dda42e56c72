import { deleteDB, openDB } from "idb";
import type { DBSchema, IDBPDatabase } from "idb";
import { mapQuota } from "./quota.ts";

/** Raised when what is stored changes its shape; older stores are dropped and rebuilt. */
const VERSION = 1;
const NAME = "signet-chain";

interface Row {
  key: string;
  /** Shape of the content, as its owner counts it. */
  shape: number;
  savedAt: number;
  content: unknown;
}

interface Schema extends DBSchema {
  checkpoints: { key: string; value: Row };
}

let database: Promise<IDBPDatabase<Schema>> | null = null;

/**
 * Everything here can be read from the chain again, so whatever cannot be opened (of a later version,
 * or damaged) is dropped.
 */
function open(): Promise<IDBPDatabase<Schema>> {
  database ??= openOnce().catch(async () => {
    await deleteDB(NAME);
    return openOnce();
  });
  database.catch(() => {
    database = null;
  });
  return database;
}

function openOnce(): Promise<IDBPDatabase<Schema>> {
  return openDB<Schema>(NAME, VERSION, {
    upgrade(db) {
      for (const name of db.objectStoreNames) db.deleteObjectStore(name);
      db.createObjectStore("checkpoints", { keyPath: "key" });
    },
    blocking(_current, _blocked, event) {
      // Another tab has a newer version: this one works from memory from now on.
      if (event.target instanceof IDBDatabase) event.target.close();
      database = null;
    },
    terminated() {
      database = null;
    },
  });
}

/** @returns null when there is nothing of this shape, or storage is not to be had */
export async function loadCheckpoints(key: string, shape: number): Promise<unknown> {
  try {
    const row = await (await open()).get("checkpoints", key);
    return row?.shape === shape ? row.content : null;
  } catch {
    return null;
  }
}

/** Throws QUOTA_EXCEEDED; other failures of storage leave the chain to be read again. */
export async function saveCheckpoints(key: string, shape: number, content: unknown): Promise<void> {
  const db = await open();
  await mapQuota(null, () => db.put("checkpoints", { key, shape, savedAt: Date.now(), content }));
}

export async function dropCheckpoints(key: string): Promise<void> {
  try {
    await (await open()).delete("checkpoints", key);
  } catch {
    // What cannot be opened is not read either.
  }
}
