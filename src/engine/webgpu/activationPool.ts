import { alignUp } from "./bytes.ts";
import type { GpuContext } from "./gpuContext.ts";
import { storageRequest } from "./store/arenas.ts";

interface Pooled {
  readonly buffer: GPUBuffer;
  users: number;
}

/**
 * Activation buffers, shared by all plans of a device: runs are serialised and nothing in an
 * activation outlives its run, so the plans of one model (training, evaluation, several lengths) need
 * the memory of the largest only.
 */
export class ActivationPool {
  readonly #context: GpuContext;
  #buffers: Pooled[] = [];

  constructor(context: GpuContext) {
    this.#context = context;
  }

  /**
   * Distinct buffers of at least these sizes, in their order.
   *
   * @throws {EngineError} GPU_OUT_OF_MEMORY or GPU_LIMIT_TOO_LOW.
   */
  async acquire(sizesBytes: readonly number[]): Promise<GPUBuffer[]> {
    const free = this.#buffers.toSorted((a, b) => b.buffer.size - a.buffer.size);
    const largestFirst = sizesBytes.map((_, i) => i).sort((a, b) => sizesBytes[b] - sizesBytes[a]);
    const chosen: (Pooled | undefined)[] = sizesBytes.map(() => undefined);
    for (const index of largestFirst) {
      // The largest remaining request takes the largest buffer, if that is large enough.
      if (free.length === 0 || free[0].buffer.size < alignUp(sizesBytes[index], 16)) continue;
      chosen[index] = free.shift();
    }
    const missing = largestFirst.filter((index) => chosen[index] === undefined);
    for (const pooled of chosen) if (pooled !== undefined) pooled.users++;
    try {
      const requests = missing.map((i) => storageRequest("activations", sizesBytes[i]));
      const fresh = await this.#context.allocate(requests);
      missing.forEach((index, i) => {
        const pooled = { buffer: fresh[i], users: 1 };
        this.#buffers.push(pooled);
        chosen[index] = pooled;
      });
    } catch (error) {
      this.release(chosen.flatMap((pooled) => (pooled === undefined ? [] : [pooled.buffer])));
      throw error;
    }
    return chosen.flatMap((pooled) => (pooled === undefined ? [] : [pooled.buffer]));
  }

  release(buffers: readonly GPUBuffer[]): void {
    const returned = new Set(buffers);
    for (const pooled of this.#buffers) if (returned.has(pooled.buffer)) pooled.users--;
    for (const { buffer, users } of this.#buffers) if (users === 0) this.#context.destroy(buffer);
    this.#buffers = this.#buffers.filter((pooled) => pooled.users > 0);
  }

  /** Bytes held. */
  get sizeBytes(): number {
    return this.#buffers.reduce((sum, { buffer }) => sum + buffer.size, 0);
  }
}
