import { describe } from "vitest";
import { createCpuBackend } from "../cpu/backend.ts";
import { describeAgainstTorch } from "./torchSuite.ts";

describe("CPU against PyTorch", () => describeAgainstTorch(() => createCpuBackend()));
