import { expect, test } from "vitest";
import { createEngine } from "./engine.ts";
import { loadFixture, relativeError } from "./oracle/fixture.ts";

// Node has no WebGPU, so these are the paths of a browser without it.

test("without WebGPU the processor runs the model, and says so", async () => {
  const engine = await createEngine({ device: "auto" });
  expect(engine.device.kind).toBe("cpu");
  expect(engine.notice).toMatch(/^Running on the processor: /);
  const { manifest, ...rest } = await loadFixture("mistral").then((fixture) => ({
    manifest: fixture.manifest,
    source: fixture.source(),
    wanted: fixture.get("nll"),
  }));
  const model = await engine.load(manifest.config, rest.source, { trainable: { kind: "none" } });
  expect(relativeError(await model.nll(manifest.sequences), rest.wanted)).toBeLessThan(1e-4);
  engine.dispose();
});

test("the processor can be asked for, and WebGPU refused with a reason", async () => {
  const engine = await createEngine({ device: "cpu" });
  expect(engine.notice).toBeNull();
  await expect(createEngine({ device: "webgpu" })).rejects.toMatchObject({
    code: "GPU_UNAVAILABLE",
  });
});
