import { expect, test } from "vitest";
import { createEngine } from "./engine.ts";

test("a software adapter is passed over unless it is asked for", async () => {
  const adapter = await navigator.gpu.requestAdapter();
  const asked = await createEngine({ device: "webgpu" });
  expect(asked.device.kind).toBe("webgpu");
  expect(asked.notice).toBeNull();
  const { software, name } = asked.device;
  expect(adapter).not.toBeNull();
  const chosen = await createEngine();
  expect(chosen.device.kind).toBe(software ? "cpu" : "webgpu");
  if (software) expect(chosen.notice).toContain(name);
  else expect(chosen.notice).toBeNull();
  asked.dispose();
  await expect(asked.lost).resolves.toMatchObject({ reason: "destroyed" });
});
