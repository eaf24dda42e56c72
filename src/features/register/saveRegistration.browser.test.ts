import { afterEach, beforeEach, expect, it } from "vitest";
import { newRegistration } from "@/chain/registration/registration.ts";
import type { RunRecord } from "@/rpc/protocols.ts";
import { deleteRun, getRun, putRun } from "@/storage/runLog.ts";
import { saveRegistration } from "./saveRegistration.ts";

const commitment = {
  root: `0x${"1a".repeat(32)}`,
  manifestHash: `0x${"2b".repeat(32)}`,
  count: 2,
  width: 16,
  owner: "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
};
const fresh = newRegistration(31_337, `0x${"5f".repeat(20)}`, commitment);
let id = "";

beforeEach(async () => {
  id = `test-${crypto.randomUUID()}`;
  const record: RunRecord = {
    id,
    modelName: "tale",
    createdAt: 1,
    updatedAt: 1,
    phase: "commit",
    step: 0,
    loss: null,
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
    commitment,
  };
  await putRun(record);
});
afterEach(() => deleteRun(id));

it("keeps what another tab typed when only the chain was heard here", async () => {
  await saveRegistration(id, fresh, false);
  expect((await getRun(id))?.registration).toEqual(fresh);
  const typed = { ...fresh, draft: { ...fresh.draft, uri: "https://example.org/card" } };
  await saveRegistration(id, typed, true);
  // The other tab still has the forms as they were when it opened.
  await saveRegistration(id, { ...fresh, model: "5", commitBlock: 9 }, false);
  expect((await getRun(id))?.registration).toEqual({ ...typed, model: "5", commitBlock: 9 });
});
