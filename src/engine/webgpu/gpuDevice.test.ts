import { afterEach, expect, test, vi } from "vitest";
import { acquireGpuDevice } from "./gpuDevice.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

const LIMITS = {
  maxStorageBuffersPerShaderStage: 8,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupStorageSize: 16384,
  maxStorageBufferBindingSize: 2 ** 27,
  maxBufferSize: 2 ** 28,
};

/** A browser whose adapter is as described. */
function stubAdapter(adapter: object | null): void {
  vi.stubGlobal("navigator", { gpu: { requestAdapter: async () => adapter } });
}

test("no WebGPU, no adapter, no device: unavailable, with what to do", async () => {
  vi.stubGlobal("navigator", {});
  await expect(acquireGpuDevice()).rejects.toMatchObject({
    code: "GPU_UNAVAILABLE",
    hint: expect.stringContaining("processor"),
  });
  stubAdapter(null);
  await expect(acquireGpuDevice()).rejects.toMatchObject({ code: "GPU_UNAVAILABLE" });
  const requestDevice = () => Promise.reject(new Error("busy"));
  stubAdapter({ limits: LIMITS, features: new Set(), info: {}, requestDevice });
  await expect(acquireGpuDevice()).rejects.toMatchObject({
    code: "GPU_UNAVAILABLE",
    cause: new Error("busy"),
  });
});

test("an adapter below the core limits is refused with both figures", async () => {
  stubAdapter({ limits: { ...LIMITS, maxStorageBuffersPerShaderStage: 4 }, features: new Set() });
  await expect(acquireGpuDevice()).rejects.toMatchObject({
    code: "GPU_LIMIT_TOO_LOW",
    details: "maxStorageBuffersPerShaderStage: have 4, need 8",
  });
});

async function infoOf(info: object) {
  const requestDevice = async (descriptor: GPUDeviceDescriptor) => ({
    limits: descriptor.requiredLimits,
    features: descriptor.requiredFeatures,
  });
  stubAdapter({ limits: LIMITS, features: new Set(), info, requestDevice });
  return (await acquireGpuDevice()).info;
}

test("names the adapter, knows software, asks for the largest buffers", async () => {
  const plain = { vendor: "", architecture: "", device: "", description: "" };
  expect(await infoOf({ ...plain, vendor: "nvidia", architecture: "hopper" })).toEqual({
    kind: "webgpu",
    name: "nvidia hopper",
    software: false,
    maxBufferBytes: LIMITS.maxStorageBufferBindingSize,
  });
  const swiftShader = await infoOf({ ...plain, vendor: "google", architecture: "swiftshader" });
  expect(swiftShader).toMatchObject({ name: "SwiftShader", software: true });
  const lavapipe = await infoOf({ ...plain, description: "llvmpipe (LLVM 19)" });
  expect(lavapipe).toMatchObject({ name: "llvmpipe (LLVM 19)", software: true });
  const fallback = await infoOf({ ...plain, description: "Some adapter", isFallbackAdapter: true });
  expect(fallback).toMatchObject({ software: true });
});
