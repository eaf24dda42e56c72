import { matmulLaunch } from "../ops/matmul/gpu.ts";
import type { BufferRange, Dispatch } from "./dispatches.ts";
import { cutIntoBands, encodePass, prepareDispatches, uniformRequest } from "./dispatches.ts";
import type { GpuContext } from "./gpuContext.ts";
import type { MatmulVariant, Tuning } from "./launch.ts";
import type { GpuMachine } from "./machine.ts";
import type { Pipelines } from "./pipelines.ts";
import { storageRequest } from "./store/arenas.ts";

/** Edge of the square matmul that is timed: 4 Mflop in software, 270 Mflop on a card. */
const SOFTWARE_EDGE = 128;
const HARDWARE_EDGE = 512;
/** A variant is timed so many times for about so long; the shortest counts, others were disturbed. */
const REPEATS = 4;
const REPEAT_MS = 10;

export interface TuneOptions {
  /** Which matmul to use; found out by a short measurement when not given. */
  forceVariant?: MatmulVariant;
  /** Kernels for this kind of adapter, whatever the adapter says of itself. */
  tuneFor?: "software" | "hardware";
}

/**
 * Chooses kernels for the device by a measurement of at most 200 ms besides compiling. Software
 * adapters always get the register matmul: the shared one is 2–3 times slower there and takes seconds
 * to compile.
 */
export async function tune(
  context: GpuContext,
  pipelines: Pipelines,
  { forceVariant, tuneFor }: TuneOptions = {},
): Promise<GpuMachine> {
  const { info } = context.acquired;
  const software = tuneFor === undefined ? info.software : tuneFor === "software";
  const candidates: MatmulVariant[] =
    forceVariant !== undefined ? [forceVariant] : software ? ["reg"] : ["reg", "shared"];
  const edge = info.software ? SOFTWARE_EDGE : HARDWARE_EDGE;
  const buffers = await context.allocate(
    ["a", "b", "c"].map((name) => storageRequest(`tuning ${name}`, edge * edge * 4)),
  );
  try {
    let best: GpuMachine | undefined;
    for (const matmul of candidates) {
      const tuning = tuningOf(software, matmul);
      const flopsPerMs = await measure(context, pipelines, tuning, buffers, edge);
      if (best === undefined || flopsPerMs > best.flopsPerMs) {
        best = { context, pipelines, tuning, flopsPerMs };
      }
    }
    if (best === undefined) throw new Error("invariant: there is a candidate");
    return best;
  } finally {
    for (const buffer of buffers) context.destroy(buffer);
  }
}

function tuningOf(software: boolean, matmul: MatmulVariant): Tuning {
  return software
    ? { software, matmul, rowThreads: 8, wideRowThreads: 8, columnSlices: 4 }
    : { software, matmul, rowThreads: 64, wideRowThreads: 128, columnSlices: 32 };
}

/** Operations per millisecond of an edge³ matmul with B transposed, as in every forward pass. */
async function measure(
  context: GpuContext,
  pipelines: Pipelines,
  tuning: Tuning,
  buffers: readonly GPUBuffer[],
  edge: number,
): Promise<number> {
  const bindings: BufferRange[] = buffers.map((buffer) => ({
    buffer,
    offset: 0,
    sizeBytes: edge * edge * 4,
  }));
  const shape = {
    M: edge,
    N: edge,
    K: edge,
    transA: false,
    transB: true,
    alpha: 1,
    accumulate: false,
    hasBias: false,
    hasResidual: false,
    layout: { format: "f32", rowLength: edge, scaleAt: 0, scaleStride: 0 },
  } as const;
  const bands = cutIntoBands([matmulLaunch(shape, bindings, tuning)], Infinity);
  const [uniforms] = await context.allocate([uniformRequest(bands)]);
  try {
    const dispatches = await prepareDispatches(context, pipelines, bands, uniforms);
    // The first run may compile; the second says how many fit into the time.
    await timeRuns(context, dispatches, 1);
    let ms = await timeRuns(context, dispatches, 1);
    const runs = Math.max(1, Math.min(100, Math.floor(REPEAT_MS / Math.max(0.1, ms))));
    for (let i = 0; i < REPEATS; i++) {
      ms = Math.min(ms, (await timeRuns(context, dispatches, runs)) / runs);
    }
    return (2 * edge ** 3) / Math.max(1e-3, ms);
  } finally {
    context.destroy(uniforms);
  }
}

async function timeRuns(
  context: GpuContext,
  dispatches: readonly Dispatch[],
  runs: number,
): Promise<number> {
  const startedAt = performance.now();
  const encoder = context.gpu.createCommandEncoder();
  for (let i = 0; i < runs; i++) encodePass(encoder, dispatches);
  context.gpu.queue.submit([encoder.finish()]);
  await context.race(context.gpu.queue.onSubmittedWorkDone());
  return performance.now() - startedAt;
}
