import { EngineError } from "../errors.ts";
import type { DeviceInfo } from "../types.ts";

export interface AcquireOptions {
  powerPreference?: GPUPowerPreference;
  /** Upper bound on what the engine may allocate in all, for people who share the device. */
  memoryLimitBytes?: number;
}

export interface AcquiredDevice {
  readonly gpu: GPUDevice;
  readonly info: DeviceInfo;
  /** Features beyond the core that were granted; none is required. */
  readonly hasTimestamps: boolean;
}

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|warp|software/i;

/** Bindings above 2 GiB are unreliable in several drivers (gpuweb issue 6338). */
const LARGEST_BINDING_BYTES = 2 ** 31 - 256;

/** Smallest adapter the kernels run on: the defaults every core adapter must offer. */
const NEEDED = [
  ["maxStorageBuffersPerShaderStage", 8],
  ["maxComputeInvocationsPerWorkgroup", 256],
  ["maxComputeWorkgroupStorageSize", 16384],
] as const;

/**
 * Asks for an adapter and for its largest buffers.
 *
 * @throws {EngineError} GPU_UNAVAILABLE when there is no WebGPU or no adapter,
 *   GPU_LIMIT_TOO_LOW when the adapter offers less than the kernels need.
 */
export async function acquireGpuDevice(options: AcquireOptions = {}): Promise<AcquiredDevice> {
  const gpu: GPU | undefined = globalThis.navigator?.gpu;
  if (gpu === undefined) {
    throw new EngineError(
      "GPU_UNAVAILABLE",
      "This browser has no WebGPU.",
      "Use a current Chrome, Edge, Firefox or Safari, or run on the processor.",
    );
  }
  const adapter = await gpu.requestAdapter(
    options.powerPreference === undefined ? {} : { powerPreference: options.powerPreference },
  );
  if (adapter === null) {
    throw new EngineError(
      "GPU_UNAVAILABLE",
      "The browser offers no graphics adapter.",
      "Turn hardware acceleration on in the browser's settings, update the graphics driver, or run on the processor.",
    );
  }
  for (const [name, need] of NEEDED) {
    const have = adapter.limits[name];
    if (have < need) throw limitTooLow(name, have, need);
  }
  const hasTimestamps = adapter.features.has("timestamp-query");
  const device = await requestDevice(adapter, hasTimestamps);
  const maxBufferBytes = Math.min(
    device.limits.maxStorageBufferBindingSize,
    device.limits.maxBufferSize,
    LARGEST_BINDING_BYTES,
  );
  const info: DeviceInfo = { ...describe(adapter.info), kind: "webgpu", maxBufferBytes };
  return { gpu: device, info, hasTimestamps };
}

async function requestDevice(adapter: GPUAdapter, hasTimestamps: boolean): Promise<GPUDevice> {
  try {
    return await adapter.requestDevice({
      label: "signet",
      requiredFeatures: hasTimestamps ? ["timestamp-query"] : [],
      requiredLimits: {
        maxStorageBufferBindingSize: adapter.limits.maxStorageBufferBindingSize,
        maxBufferSize: adapter.limits.maxBufferSize,
      },
    });
  } catch (cause) {
    throw new EngineError(
      "GPU_UNAVAILABLE",
      "The graphics adapter refused to open a device.",
      "Close other tabs that use the graphics card and try again, or run on the processor.",
      { cause },
    );
  }
}

/** The error for a limit that is too small; `have` and `need` are in the limit's own unit. */
export function limitTooLow(name: string, have: number, need: number): EngineError {
  return new EngineError(
    "GPU_LIMIT_TOO_LOW",
    `This graphics adapter's ${name} is too low: needs ${need}, have ${have}.`,
    "Choose a smaller model, a smaller frozen format or another device.",
    { details: `${name}: have ${have}, need ${need}` },
  );
}

function describe(info: GPUAdapterInfo): { name: string; software: boolean } {
  const words = [info.description, info.device, info.architecture, info.vendor].join(" ");
  if (/swiftshader/i.test(words)) return { name: "SwiftShader", software: true };
  const name = info.description || [info.vendor, info.architecture].filter(Boolean).join(" ");
  return { name: name || "WebGPU", software: info.isFallbackAdapter || SOFTWARE.test(words) };
}
