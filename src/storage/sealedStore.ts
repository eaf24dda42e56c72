import { openDB } from "idb";
import type { DBSchema, IDBPDatabase } from "idb";
import { fromUtf8, utf8 } from "@/lib/bytes.ts";
import { StorageError } from "./errors.ts";
import { mapQuota } from "./quota.ts";

const NAME = "signet-sealed";
const VERSION = 1;
const KEY = "key";

/** A text with its name, encrypted. */
interface Row {
  kind: string;
  id: string;
  savedAt: number;
  iv: Uint8Array<ArrayBuffer>;
  sealed: ArrayBuffer;
}

interface Schema extends DBSchema {
  keys: { key: string; value: CryptoKey };
  rows: { key: [kind: string, id: string]; value: Row; indexes: { kind: string } };
}

/** What was kept; `text` is null when it cannot be opened any more. */
export interface Kept {
  id: string;
  savedAt: number;
  text: string | null;
}

let database: Promise<IDBPDatabase<Schema>> | null = null;

/** Nothing here can be made again, so a store that cannot be opened is left as it is. */
function open(): Promise<IDBPDatabase<Schema>> {
  database ??= openDB<Schema>(NAME, VERSION, {
    upgrade(db) {
      db.createObjectStore("keys");
      db.createObjectStore("rows", { keyPath: ["kind", "id"] }).createIndex("kind", "kind");
    },
    blocking(_current, _blocked, event) {
      if (event.target instanceof IDBDatabase) event.target.close();
      database = null;
    },
    terminated() {
      database = null;
    },
  }).catch((cause: unknown) => {
    database = null;
    throw new StorageError("STORAGE_UNAVAILABLE", "The browser's storage cannot be opened.", {
      cause,
    });
  });
  return database;
}

/** AES-GCM of 256 bits that no script can read out; it lives and goes with this site's storage. */
async function keyOf(db: IDBPDatabase<Schema>): Promise<CryptoKey> {
  const known = await db.get("keys", KEY);
  if (known !== undefined) return known;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, [
    "encrypt",
    "decrypt",
  ]);
  const transaction = db.transaction("keys", "readwrite");
  // Another tab may have been faster; the first key stays.
  const first = (await transaction.store.get(KEY)) ?? made;
  await transaction.store.put(first, KEY);
  await transaction.done;
  return first;
}

const bound = (kind: string, id: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(utf8(`${kind}\n${id}`));

/**
 * Keeps a text over closed tabs, encrypted; the same name again replaces it. Settles once it is on disk.
 * @throws StorageError QUOTA_EXCEEDED, STORAGE_UNAVAILABLE.
 */
export async function keep(kind: string, id: string, text: string): Promise<void> {
  const db = await open();
  const key = await keyOf(db);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv, additionalData: bound(kind, id) },
    key,
    new Uint8Array(utf8(text)),
  );
  await mapQuota(null, async () => {
    const transaction = db.transaction("rows", "readwrite", { durability: "strict" });
    await transaction.store.put({ kind, id, savedAt: Date.now(), iv, sealed });
    await transaction.done;
  });
}

/** All texts of a kind, oldest first. @throws StorageError STORAGE_UNAVAILABLE. */
export async function keptOf(kind: string): Promise<Kept[]> {
  const db = await open();
  const rows = await db.getAllFromIndex("rows", "kind", kind);
  if (rows.length === 0) return [];
  const key = await keyOf(db);
  const kept = await Promise.all(
    rows.map(async ({ id, savedAt, iv, sealed }) => ({
      id,
      savedAt,
      text: await unseal(key, iv, bound(kind, id), sealed),
    })),
  );
  return kept.toSorted((a, b) => a.savedAt - b.savedAt);
}

/** Forgets a text for ever. */
export async function forget(kind: string, id: string): Promise<void> {
  const db = await open();
  await db.delete("rows", [kind, id]);
}

async function unseal(
  key: CryptoKey,
  iv: Uint8Array<ArrayBuffer>,
  additionalData: Uint8Array<ArrayBuffer>,
  sealed: ArrayBuffer,
): Promise<string | null> {
  try {
    const opened = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv, additionalData },
      key,
      sealed,
    );
    return fromUtf8(new Uint8Array(opened));
  } catch {
    return null;
  }
}
