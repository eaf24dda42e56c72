import { openDB } from "idb";
import type { DBSchema, IDBPDatabase } from "idb";
import type { RunRecord } from "@/rpc/protocols.ts";
import { StorageError } from "./errors.ts";
import { mapQuota } from "./quota.ts";

interface Schema extends DBSchema {
  runs: { key: string; value: RunRecord; indexes: { updatedAt: number } };
}

let database: Promise<IDBPDatabase<Schema>> | null = null;

function open(): Promise<IDBPDatabase<Schema>> {
  database ??= openDB<Schema>("signet", 1, {
    upgrade(db) {
      db.createObjectStore("runs", { keyPath: "id" }).createIndex("updatedAt", "updatedAt");
    },
    terminated() {
      database = null;
    },
  }).catch((cause: unknown) => {
    database = null;
    throw new StorageError("STORAGE_UNAVAILABLE", "The list of runs cannot be opened.", { cause });
  });
  return database;
}

/** Stores a run, replacing an older record of that id. Throws QUOTA_EXCEEDED. */
export async function putRun(record: RunRecord): Promise<void> {
  const db = await open();
  await mapQuota(null, () => db.put("runs", record));
}

export async function getRun(id: string): Promise<RunRecord | null> {
  return (await (await open()).get("runs", id)) ?? null;
}

type RunPatch = Partial<Omit<RunRecord, "id">>;

/** Changes some fields in one transaction. Throws RUN_MISSING. */
export function updateRun(id: string, patch: RunPatch): Promise<RunRecord> {
  return changeRun(id, () => patch);
}

/** Changes fields by what they are now, in one transaction. Throws RUN_MISSING. */
export async function changeRun(
  id: string,
  change: (found: RunRecord) => RunPatch,
): Promise<RunRecord> {
  const transaction = (await open()).transaction("runs", "readwrite");
  const found = await transaction.store.get(id);
  if (found === undefined) throw new StorageError("RUN_MISSING", "There is no such run.");
  const record: RunRecord = { ...found, ...change(found), id };
  await mapQuota(null, async () => {
    await transaction.store.put(record);
    await transaction.done;
  });
  return record;
}

/** All runs, the latest change first. */
export async function listRuns(): Promise<RunRecord[]> {
  const runs = await (await open()).getAllFromIndex("runs", "updatedAt");
  return runs.toReversed();
}

export async function deleteRun(id: string): Promise<void> {
  await (await open()).delete("runs", id);
}
