import { afterEach, beforeEach, expect, it } from "vitest";
import type { RunRecord } from "@/rpc/protocols.ts";
import { deleteRunDirectory, openRunDirectory } from "@/storage/runDirectory.ts";
import type { RunDirectory } from "@/storage/runDirectory.ts";
import { deleteRun, getRun, putRun } from "@/storage/runLog.ts";
import { endRun } from "./endRun.ts";

const END = { updatedAt: 7, sizeBytes: 11, weightsHash: "ab".repeat(32) };
let id = "";
let directory: RunDirectory;

beforeEach(async () => {
  id = `test-${crypto.randomUUID()}`;
  directory = await openRunDirectory(id);
  for (const path of ["input/0", "checkpoint.bin", "out/gates.json"]) {
    await directory.write(path, "x");
  }
});
afterEach(async () => {
  await deleteRunDirectory(id);
  await deleteRun(id);
});

it("drops what a run goes on from only once its record says that it is finished", async () => {
  // There is no record yet, as though the page ended while it was written.
  await expect(endRun(id, directory, END)).rejects.toMatchObject({ code: "RUN_MISSING" });
  expect((await directory.list()).map(({ path }) => path)).toEqual([
    "checkpoint.bin",
    "input/0",
    "out/gates.json",
  ]);
});

it("leaves a finished run its results alone", async () => {
  const record: RunRecord = {
    id,
    modelName: "tale",
    createdAt: 1,
    updatedAt: 1,
    phase: "gates",
    step: 3,
    loss: 0.5,
    sizeBytes: 0,
    settings: {
      pairs: 2,
      mix: "half",
      trainable: "full",
      learningRate: null,
      maxSteps: null,
      width: null,
      nucleusMass: null,
      ownKeys: [],
      device: "cpu",
      beacon: null,
    },
    finished: false,
  };
  await putRun(record);
  await endRun(id, directory, END);
  expect(await getRun(id)).toEqual({ ...record, ...END, phase: "done", finished: true });
  expect((await directory.list()).map(({ path }) => path)).toEqual(["out/gates.json"]);
});
