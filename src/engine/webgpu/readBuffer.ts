import type { GpuContext } from "./gpuContext.ts";
import { deviceLost } from "./gpuContext.ts";

/** Staging memory is small, so that reading a large tensor does not need room for it twice. */
const STAGING_BYTES = 2 ** 24;

/**
 * Copies part of a buffer to the host. Offset and size are multiples of 4.
 *
 * @throws {EngineError} the device's failure.
 */
export async function readBuffer(
  context: GpuContext,
  buffer: GPUBuffer,
  offset: number,
  sizeBytes: number,
): Promise<ArrayBuffer> {
  const result = new Uint8Array(sizeBytes);
  if (sizeBytes === 0) return result.buffer;
  const staging = context.allocateNow({
    label: "readback",
    sizeBytes: Math.min(sizeBytes, STAGING_BYTES),
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
  try {
    for (let at = 0; at < sizeBytes; at += STAGING_BYTES) {
      const size = Math.min(STAGING_BYTES, sizeBytes - at);
      const encoder = context.gpu.createCommandEncoder();
      encoder.copyBufferToBuffer(buffer, offset + at, staging, 0, size);
      context.gpu.queue.submit([encoder.finish()]);
      await mapped(context, staging.mapAsync(GPUMapMode.READ, 0, size));
      result.set(new Uint8Array(staging.getMappedRange(0, size)), at);
      staging.unmap();
      context.check();
    }
  } finally {
    context.destroy(staging);
  }
  return result.buffer;
}

/** A mapping fails with an AbortError when the device goes away, which must not pass for a cancel. */
async function mapped(context: GpuContext, mapping: Promise<undefined>): Promise<void> {
  try {
    await context.race(mapping);
  } catch (error) {
    throw context.failure ?? deviceLost(String(error));
  }
}
