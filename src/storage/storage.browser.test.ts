import { afterEach, beforeEach, expect, it } from "vitest";
import { connect } from "@/rpc/connect.ts";
import type { RunRecord } from "@/rpc/protocols.ts";
import { StorageError } from "./errors.ts";
import { withGpuLock } from "./gpuLock.ts";
import { estimateStorage, mapQuota, requireRoom } from "./quota.ts";
import { deleteRunDirectory, listRunDirectories, openRunDirectory } from "./runDirectory.ts";
import type { RunDirectory } from "./runDirectory.ts";
import { deleteRun, getRun, listRuns, putRun, updateRun } from "./runLog.ts";
import type { StorageProbe } from "./fixtures/storageProbe.worker.ts";

let run: RunDirectory;
let id = "";

beforeEach(async () => {
  id = `test-${crypto.randomUUID()}`;
  run = await openRunDirectory(id);
});
afterEach(async () => {
  await deleteRunDirectory(id);
});

it("writes, replaces, lists, reads and removes files", async () => {
  await run.write("model/config.json", "{}");
  await run.write("model/weights.bin", new Uint8Array([1, 2, 3, 4]));
  await run.write("model/config.json", new Blob(['{"a":1}']));
  await run.append("metrics.jsonl", "one\n");
  await run.append("metrics.jsonl", "two\n");
  expect(await run.list()).toEqual([
    { path: "metrics.jsonl", sizeBytes: 8 },
    { path: "model/config.json", sizeBytes: 7 },
    { path: "model/weights.bin", sizeBytes: 4 },
  ]);
  expect(await run.list("model")).toHaveLength(2);
  expect(await run.list("nowhere")).toEqual([]);
  expect(await (await run.read("model/config.json")).text()).toBe('{"a":1}');
  expect(await (await run.read("metrics.jsonl")).text()).toBe("one\ntwo\n");
  await run.remove("model/config.json");
  await run.remove("model/config.json");
  expect(await run.has("model/config.json")).toBe(false);
  await expect(run.read("model/config.json")).rejects.toMatchObject({ code: "FILE_MISSING" });
  expect(await listRunDirectories()).toContain(id);
});

it("keeps the older file when a write is given up, and hides what it left", async () => {
  await run.write("checkpoint", "old");
  const writer = await run.openWriter("checkpoint");
  await writer.write(new Uint8Array([1, 2, 3]));
  expect(await (await run.read("checkpoint")).text()).toBe("old");
  await writer.discard();
  expect(await (await run.read("checkpoint")).text()).toBe("old");
  await expect(run.write("checkpoint", "new", AbortSignal.abort())).rejects.toMatchObject({
    name: "AbortError",
  });
  expect(await run.list()).toEqual([{ path: "checkpoint", sizeBytes: 3 }]);
  const left = await run.openWriter("other");
  await left.write(new Uint8Array([9]));
  expect(await run.list()).toHaveLength(1);
  await left.commit();
  expect(await run.list()).toHaveLength(2);
});

it.each(["../escape", "/absolute", "a//b", "a/./b", "", "a\\b"])(
  "refuses the path %j",
  async (path) => {
    await expect(run.write(path, "x")).rejects.toMatchObject({ code: "BAD_PATH" });
  },
);

it("writes through the synchronous handle in a worker", async () => {
  const worker = new Worker(new URL("./fixtures/storageProbe.worker.ts", import.meta.url), {
    type: "module",
  });
  const client = connect<StorageProbe>(worker);
  const sizeBytes = 3_000_000;
  const result = await client.call("fill", { runId: id, path: "big/part.bin", sizeBytes });
  client.terminate();
  expect(result).toEqual({ sync: true });
  const file = await run.read("big/part.bin");
  expect(file.size).toBe(sizeBytes);
  const tail = new Uint8Array(await file.slice(-2).arrayBuffer());
  expect([...tail]).toEqual([(sizeBytes - 2) % 251, (sizeBytes - 1) % 251]);
});

it("names need and have when the quota is reached", async () => {
  const { quotaBytes } = await estimateStorage();
  const error: unknown = await requireRoom(quotaBytes + 1).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(StorageError);
  expect(error).toMatchObject({ code: "QUOTA_EXCEEDED" });
  expect(String(error)).toMatch(/Needs \d+.* MB, have \d+.* MB/);
  await requireRoom(1);
  const full = mapQuota(5e6, () => Promise.reject(new DOMException("full", "QuotaExceededError")));
  await expect(full).rejects.toMatchObject({ code: "QUOTA_EXCEEDED" });
  await expect(mapQuota(1, () => Promise.reject(new TypeError("other")))).rejects.toThrow("other");
});

it("keeps the run log, newest first", async () => {
  const record: RunRecord = {
    id,
    modelName: "demo",
    createdAt: 1,
    updatedAt: Date.now(),
    phase: "embed",
    step: 3,
    loss: 2.5,
    sizeBytes: 10,
    settings: {
      pairs: 8,
      mix: "half",
      width: null,
      nucleusMass: null,
      device: "auto",
      trainable: "auto",
      maxSteps: null,
      learningRate: null,
      beacon: null,
      ownKeys: [],
    },
    finished: false,
  };
  await putRun(record);
  await putRun({ ...record, id: `${id}-b`, updatedAt: record.updatedAt + 1 });
  const ids = (await listRuns()).map((entry) => entry.id);
  expect(ids.indexOf(`${id}-b`)).toBeLessThan(ids.indexOf(id));
  expect(await updateRun(id, { step: 4, loss: null })).toEqual({ ...record, step: 4, loss: null });
  expect((await getRun(id))?.step).toBe(4);
  await deleteRun(id);
  await deleteRun(`${id}-b`);
  expect(await getRun(id)).toBeNull();
  await expect(updateRun(id, { step: 5 })).rejects.toMatchObject({ code: "RUN_MISSING" });
});

it("gives the GPU to one at a time, with a choice to wait", async () => {
  const order: string[] = [];
  let release = (): void => undefined;
  const first = withGpuLock(async () => {
    await new Promise<void>((resolve) => (release = resolve));
    order.push("first");
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  await expect(withGpuLock(async () => 1)).rejects.toMatchObject({ code: "GPU_BUSY" });
  const abort = new AbortController();
  const given = withGpuLock(async () => 1, { wait: true, signal: abort.signal });
  abort.abort();
  await expect(given).rejects.toMatchObject({ name: "AbortError" });
  const second = withGpuLock(async () => order.push("second"), { wait: true });
  release();
  await Promise.all([first, second]);
  expect(order).toEqual(["first", "second"]);
});
