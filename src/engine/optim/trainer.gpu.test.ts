import { describe } from "vitest";
import type { Backend } from "../tape/ir.ts";
import { createWebGpuBackend } from "../webgpu/backend.ts";
import { describeTrainer } from "./trainerSuite.ts";

let shared: Promise<Backend> | undefined;

describe("a trainer on WebGPU", () => describeTrainer(() => (shared ??= createWebGpuBackend())));
