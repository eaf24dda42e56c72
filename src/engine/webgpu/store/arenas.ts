import { alignUp } from "../bytes.ts";
import type { BufferRequest } from "../gpuContext.ts";
import { limitTooLow } from "../gpuDevice.ts";

export const ARENA_PARTS = ["w", "g", "m", "v"] as const;
export type ArenaPart = (typeof ARENA_PARTS)[number];

/** Where a trainable parameter lies: the same place in every arena of its chunk. */
export interface ArenaPlace {
  readonly chunk: number;
  readonly offset: number;
  readonly sizeBytes: number;
}

/** Storage offsets of bindings are multiples of this on every device. */
const BINDING_ALIGNMENT = 256;

/**
 * Lays parameters one after another into chunks no larger than a binding may be. No parameter
 * straddles two chunks; the gaps stay zero.
 *
 * @throws {EngineError} GPU_LIMIT_TOO_LOW when one parameter is larger than a chunk.
 */
export function layOutArenas(
  parameters: readonly { name: string; sizeBytes: number }[],
  mostBytes: number,
): { places: Map<string, ArenaPlace>; chunkBytes: number[] } {
  const places = new Map<string, ArenaPlace>();
  const chunkBytes: number[] = [];
  for (const { name, sizeBytes } of parameters) {
    const padded = alignUp(sizeBytes, BINDING_ALIGNMENT);
    if (padded > mostBytes) throw limitTooLow(`buffer size for ${name}`, mostBytes, padded);
    let chunk = chunkBytes.length - 1;
    if (chunk < 0 || chunkBytes[chunk] + padded > mostBytes) chunk = chunkBytes.push(0) - 1;
    places.set(name, { chunk, offset: chunkBytes[chunk], sizeBytes });
    chunkBytes[chunk] += padded;
  }
  return { places, chunkBytes };
}

/** A storage buffer of an arena chunk or a frozen weight. */
export function storageRequest(label: string, sizeBytes: number): BufferRequest {
  return {
    label,
    sizeBytes: Math.max(16, alignUp(sizeBytes, 16)),
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
  };
}
