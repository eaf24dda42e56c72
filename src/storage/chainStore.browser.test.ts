import { openDB } from "idb";
import { beforeEach, expect, test } from "vitest";
import { dropCheckpoints, loadCheckpoints, saveCheckpoints } from "./chainStore.ts";

beforeEach(async () => {
  await dropCheckpoints("a");
  await dropCheckpoints("b");
});

test("keeps maps and big integers by key, and only for the same shape", async () => {
  const content = [{ block: 12n, state: { models: new Map([[1n, { id: 1n }]]) } }];
  await saveCheckpoints("a", 1, content);
  expect(await loadCheckpoints("a", 1)).toEqual(content);
  expect(await loadCheckpoints("a", 2)).toBeNull();
  expect(await loadCheckpoints("b", 1)).toBeNull();
  await dropCheckpoints("a");
  expect(await loadCheckpoints("a", 1)).toBeNull();
});

test("a store of a later version is dropped and rebuilt", async () => {
  await saveCheckpoints("a", 1, ["old"]);
  // Opening a newer version makes the store close its own connection.
  const later = await openDB("signet-chain", 99);
  later.close();
  expect(await loadCheckpoints("a", 1)).toBeNull();
  await saveCheckpoints("a", 1, ["new"]);
  expect(await loadCheckpoints("a", 1)).toEqual(["new"]);
});
