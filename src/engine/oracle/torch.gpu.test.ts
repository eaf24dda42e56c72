import { describe } from "vitest";
import type { Backend } from "../tape/ir.ts";
import { createWebGpuBackend } from "../webgpu/backend.ts";
import { describeAgainstTorch } from "./torchSuite.ts";

let shared: Promise<Backend> | undefined;

describe("WebGPU against PyTorch", () => {
  describeAgainstTorch(() => (shared ??= createWebGpuBackend()));
});
