import { EngineError } from "../errors.ts";
import { describeBytes } from "./bytes.ts";
import type { AcquiredDevice } from "./gpuDevice.ts";
import { limitTooLow } from "./gpuDevice.ts";

export interface LostInfo {
  reason: "destroyed" | "unknown";
  message: string;
}

export interface BufferRequest {
  label: string;
  sizeBytes: number;
  usage: GPUBufferUsageFlags;
}

/**
 * A device with its memory account and its first error.
 *
 * Whatever goes wrong asynchronously (loss, validation, memory) is kept as `failure`; everything that
 * waits for the device races against it, so that no result is read after an error.
 */
export class GpuContext {
  readonly gpu: GPUDevice;
  readonly acquired: AcquiredDevice;
  readonly lost: Promise<LostInfo>;
  failure: EngineError | null = null;
  allocatedBytes = 0;
  peakBytes = 0;
  readonly #memoryLimitBytes: number;
  readonly #sizes = new Map<GPUBuffer, number>();
  /** Whoever waits for the device now; a promise of the failure would keep every one of them for good. */
  readonly #waiting = new Set<(error: EngineError) => void>();

  constructor(acquired: AcquiredDevice, memoryLimitBytes = Infinity) {
    this.acquired = acquired;
    this.gpu = acquired.gpu;
    this.#memoryLimitBytes = memoryLimitBytes;
    this.lost = this.gpu.lost.then((info) => {
      this.fail(deviceLost(info.message));
      return {
        reason: info.reason === "destroyed" ? "destroyed" : "unknown",
        message: info.message,
      };
    });
    this.gpu.addEventListener("uncapturederror", (event) => {
      event.preventDefault();
      this.fail(asEngineError(event.error));
    });
  }

  /** Keeps the first failure; later ones are its consequences. */
  fail(error: EngineError): void {
    if (this.failure !== null) return;
    this.failure = error;
    for (const reject of this.#waiting) reject(error);
    this.#waiting.clear();
  }

  /** @throws the failure, if there has been one. */
  check(): void {
    if (this.failure !== null) throw this.failure;
  }

  /** The promise, or the device's failure if that comes first. */
  async race<T>(promise: Promise<T>): Promise<T> {
    this.check();
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      promise.then(resolve, reject).finally(() => this.#waiting.delete(reject));
    });
  }

  /**
   * Allocates all buffers or none.
   *
   * @throws {EngineError} GPU_LIMIT_TOO_LOW when one is larger than a binding may be,
   *   GPU_OUT_OF_MEMORY when they do not fit.
   */
  async allocate(requests: readonly BufferRequest[]): Promise<GPUBuffer[]> {
    this.check();
    const total = requests.reduce((sum, request) => sum + request.sizeBytes, 0);
    this.#assertFits(requests, total);
    this.gpu.pushErrorScope("validation");
    this.gpu.pushErrorScope("out-of-memory");
    const buffers = requests.map((request) => this.#create(request));
    const scopes = Promise.all([this.gpu.popErrorScope(), this.gpu.popErrorScope()]);
    try {
      const [memory, validation] = await this.race(scopes);
      if (memory !== null)
        throw this.#outOfMemory(total, this.allocatedBytes - total, memory.message);
      if (validation !== null) throw asEngineError(validation);
    } catch (error) {
      for (const buffer of buffers) this.destroy(buffer);
      throw error;
    }
    return buffers;
  }

  /**
   * Allocates at once, for callers that cannot wait. If it does not fit, the buffer is invalid and
   * the failure stops whatever runs next.
   */
  allocateNow(request: BufferRequest): GPUBuffer {
    this.check();
    this.#assertFits([request], request.sizeBytes);
    this.gpu.pushErrorScope("out-of-memory");
    const buffer = this.#create(request);
    this.gpu.popErrorScope().then(
      (error) => {
        if (error === null) return;
        const inUse = this.allocatedBytes - request.sizeBytes;
        this.fail(this.#outOfMemory(request.sizeBytes, inUse, error.message));
      },
      () => undefined,
    );
    return buffer;
  }

  destroy(buffer: GPUBuffer): void {
    const size = this.#sizes.get(buffer);
    if (size === undefined) return;
    this.#sizes.delete(buffer);
    this.allocatedBytes -= size;
    buffer.destroy();
  }

  #create(request: BufferRequest): GPUBuffer {
    const buffer = this.gpu.createBuffer({
      label: request.label,
      size: request.sizeBytes,
      usage: request.usage,
    });
    this.#sizes.set(buffer, request.sizeBytes);
    this.allocatedBytes += request.sizeBytes;
    this.peakBytes = Math.max(this.peakBytes, this.allocatedBytes);
    return buffer;
  }

  #assertFits(requests: readonly BufferRequest[], totalBytes: number): void {
    const largest = this.acquired.info.maxBufferBytes;
    const tooLarge = requests.find((request) => request.sizeBytes > largest);
    if (tooLarge !== undefined) {
      throw limitTooLow(`buffer size for ${tooLarge.label}`, largest, tooLarge.sizeBytes);
    }
    if (this.allocatedBytes + totalBytes > this.#memoryLimitBytes) {
      const reason = "the memory limit set for the engine";
      throw this.#outOfMemory(totalBytes, this.allocatedBytes, reason);
    }
  }

  #outOfMemory(needBytes: number, inUseBytes: number, reason: string): EngineError {
    const free = this.#memoryLimitBytes - inUseBytes;
    const have = Number.isFinite(free)
      ? `have ${describeBytes(Math.max(0, free))}`
      : `have less than that beside the ${describeBytes(inUseBytes)} in use`;
    return new EngineError(
      "GPU_OUT_OF_MEMORY",
      `Not enough graphics memory: needs ${describeBytes(needBytes)}, ${have}.`,
      "Train fewer layers or a LoRA, use checkpointing or a smaller batch, or choose bf16 or q8 for frozen weights.",
      { details: `need ${needBytes} bytes, in use ${inUseBytes} bytes; ${reason}` },
    );
  }
}

/** The error of every call after the device has gone. */
export function deviceLost(message: string): EngineError {
  return new EngineError(
    "GPU_DEVICE_LOST",
    "The graphics device was lost.",
    "Start again from the last checkpoint; if it happens again, use a smaller batch or run on the processor.",
    { details: message },
  );
}

function asEngineError(error: GPUError): EngineError {
  if (error instanceof GPUOutOfMemoryError) {
    return new EngineError(
      "GPU_OUT_OF_MEMORY",
      "The graphics device ran out of memory.",
      "Train fewer layers or a LoRA, use checkpointing or a smaller batch.",
      { details: error.message },
    );
  }
  return new EngineError(
    "GPU_VALIDATION",
    "The graphics device rejected a command.",
    "This is a fault of the program or the driver: report it with the details, and run on the processor.",
    { details: error.message.slice(0, 2000) },
  );
}
