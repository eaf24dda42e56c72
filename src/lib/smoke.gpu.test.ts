import { expect, test } from "vitest";
test("a WebGPU adapter is there", async () => {
  const adapter = await navigator.gpu.requestAdapter();
  expect(adapter).not.toBeNull();
});
