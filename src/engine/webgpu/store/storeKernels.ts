import type { AdamwHyper } from "../../tape/ir.ts";
import type { BufferRange } from "../dispatches.ts";
import type { KernelLaunch } from "../launch.ts";
import { kernelSource } from "../prelude.ts";
import adamw from "./adamw.wgsl?raw";
import blend from "./blend.wgsl?raw";
import fakeInt4 from "./fakeInt4.wgsl?raw";
import squares from "./squares.wgsl?raw";

/** Vectors that one workgroup of the gradient norm adds. */
const SQUARES_STEPS = 64;
const THREADS = 64;
const VECTOR_BYTES = 16;

/** The buffers of one arena chunk. */
export interface Chunk {
  readonly w: GPUBuffer;
  readonly g: GPUBuffer;
  readonly m: GPUBuffer;
  readonly v: GPUBuffer;
  readonly sizeBytes: number;
}

type StoreLaunch = KernelLaunch<BufferRange>;

export function adamwLaunch(chunk: Chunk, hyper: AdamwHyper): StoreLaunch {
  const vectors = chunk.sizeBytes / VECTOR_BYTES;
  return {
    kind: "adamw",
    source: kernelSource(adamw, true),
    bindings: [chunk.w, chunk.g, chunk.m, chunk.v].map((buffer) => whole(buffer, chunk)),
    uniforms: [
      vectors,
      { f32: hyper.learningRate },
      { f32: hyper.beta1 },
      { f32: hyper.beta2 },
      { f32: hyper.epsilon },
      { f32: 1 - hyper.learningRate * hyper.weightDecay },
      { f32: hyper.c1 },
      { f32: hyper.c2 },
      { f32: hyper.gradScale },
    ],
    workgroups: Math.ceil(vectors / THREADS),
    cost: vectors * 64,
  };
}

/** w ← keep · w + add · other. */
export function blendLaunch(
  chunk: Chunk,
  other: GPUBuffer,
  factors: { keep: number; add: number },
): StoreLaunch {
  const vectors = chunk.sizeBytes / VECTOR_BYTES;
  return {
    kind: "blend",
    source: kernelSource(blend, true),
    bindings: [whole(chunk.w, chunk), whole(other, chunk)],
    uniforms: [vectors, { f32: factors.keep }, { f32: factors.add }],
    workgroups: Math.ceil(vectors / THREADS),
    cost: vectors * 16,
  };
}

/** Number of partial sums that the gradient norm of a chunk leaves. */
export function squaresCount(sizeBytes: number): number {
  return Math.ceil(sizeBytes / VECTOR_BYTES / (THREADS * SQUARES_STEPS));
}

export function squaresLaunch(chunk: Chunk, partial: GPUBuffer): StoreLaunch {
  const workgroups = squaresCount(chunk.sizeBytes);
  return {
    kind: "squares",
    source: kernelSource(squares, true, { STEPS: SQUARES_STEPS }),
    bindings: [whole(chunk.g, chunk), { buffer: partial, offset: 0, sizeBytes: workgroups * 4 }],
    uniforms: [chunk.sizeBytes / VECTOR_BYTES],
    workgroups,
    cost: chunk.sizeBytes / 2,
  };
}

export function fakeInt4Launch(range: BufferRange, rows: number, columns: number): StoreLaunch {
  const blocksPerRow = Math.ceil(columns / 32);
  const blocks = rows * blocksPerRow;
  return {
    kind: "fakeInt4",
    source: kernelSource(fakeInt4, false),
    bindings: [range],
    uniforms: [blocks, columns, blocksPerRow],
    workgroups: Math.ceil(blocks / THREADS),
    cost: rows * columns * 16,
  };
}

function whole(buffer: GPUBuffer, chunk: Chunk): BufferRange {
  return { buffer, offset: 0, sizeBytes: chunk.sizeBytes };
}
