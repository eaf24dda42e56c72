import { describe } from "vitest";
import { createCpuBackend } from "../cpu/backend.ts";
import { describeTrainer } from "./trainerSuite.ts";

describe("a trainer on the processor", () => describeTrainer(() => createCpuBackend()));
