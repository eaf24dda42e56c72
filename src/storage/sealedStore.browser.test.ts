import { openDB } from "idb";
import { beforeEach, expect, test } from "vitest";
import { forget, keep, keptOf } from "./sealedStore.ts";

beforeEach(async () => {
  for (const { id } of await keptOf("a")) await forget("a", id);
  for (const { id } of await keptOf("b")) await forget("b", id);
});

test("keeps texts by kind and name, replaces and forgets them", async () => {
  await keep("a", "1", "first ✓");
  await keep("a", "2", "second");
  await keep("b", "1", "another");
  expect((await keptOf("a")).map(({ id, text }) => [id, text])).toEqual([
    ["1", "first ✓"],
    ["2", "second"],
  ]);
  await keep("a", "1", "newer");
  await forget("a", "2");
  expect((await keptOf("a")).map(({ text }) => text)).toEqual(["newer"]);
  expect((await keptOf("b")).map(({ text }) => text)).toEqual(["another"]);
});

test("nothing readable is on disk, and a row that was changed or moved is not opened", async () => {
  const secret = "0123456789abcdef".repeat(4);
  await keep("a", "1", secret);
  const db = await openDB("signet-sealed");
  const [row] = await db.getAll("rows");
  const text = new TextDecoder("latin1").decode(row.sealed);
  expect(text).not.toContain(secret.slice(0, 8));
  expect(row.sealed.byteLength).toBe(secret.length + 16);
  const key: unknown = await db.get("keys", "key");
  expect(key).toBeInstanceOf(CryptoKey);
  if (key instanceof CryptoKey) {
    expect(key.extractable).toBe(false);
    await expect(crypto.subtle.exportKey("raw", key)).rejects.toThrow();
  }
  await db.put("rows", { ...row, id: "2" });
  const changed = new Uint8Array(row.sealed.slice(0));
  changed[3] ^= 1;
  await db.put("rows", { ...row, id: "3", sealed: changed.buffer });
  db.close();
  expect((await keptOf("a")).map(({ id, text: kept }) => [id, kept])).toEqual([
    ["1", secret],
    ["2", null],
    ["3", null],
  ]);
});
