import { EngineError } from "./errors.ts";
import { createCpuBackend } from "./cpu/backend.ts";
import { DecoderModel } from "./models/loadedModel.ts";
import type { Backend } from "./tape/ir.ts";
import type { Engine, LoadedModel, LoadOptions, ModelConfig, WeightSource } from "./types.ts";
import { createWebGpuBackend } from "./webgpu/backend.ts";

export type DeviceChoice = "auto" | "webgpu" | "cpu";

export interface EngineOptions {
  /** `auto` (the default) takes a hardware GPU where there is one, else the processor. */
  device?: DeviceChoice;
}

/**
 * Opens a device.
 * @throws EngineError GPU_UNAVAILABLE or GPU_LIMIT_TOO_LOW when WebGPU was asked for and is not there
 */
export async function createEngine({ device = "auto" }: EngineOptions = {}): Promise<Engine> {
  if (device === "cpu") return engineOn(await createCpuBackend(), null);
  if (device === "webgpu") return engineOn(await createWebGpuBackend(), null);
  const { backend, notice } = await openHardware();
  return engineOn(backend ?? (await createCpuBackend()), notice);
}

async function openHardware(): Promise<{ backend: Backend | null; notice: string | null }> {
  let backend: Backend;
  try {
    backend = await createWebGpuBackend();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const notice = `Running on the processor: ${withoutStop(error.message)}. A GPU would be faster.`;
    return { backend: null, notice };
  }
  if (!backend.device.software) return { backend, notice: null };
  const { name } = backend.device;
  backend.dispose();
  return {
    backend: null,
    notice: `Running on the processor: the only WebGPU adapter (${name}) is software and slower.`,
  };
}

function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, "");
}

/** The engine over any backend. */
export function engineOn(backend: Backend, notice: string | null): Engine {
  const models = new Set<DecoderModel>();
  return {
    device: backend.device,
    notice,
    lost: backend.lost,
    async load(
      config: ModelConfig,
      weights: WeightSource,
      options: LoadOptions,
    ): Promise<LoadedModel> {
      const model = await DecoderModel.load(backend, config, weights, options);
      models.add(model);
      return model;
    },
    dispose() {
      for (const model of models) model.dispose();
      backend.dispose();
    },
  };
}
