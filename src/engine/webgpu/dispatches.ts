import { invariant } from "@/lib/invariant.ts";
import { alignUp } from "./bytes.ts";
import type { BufferRequest, GpuContext } from "./gpuContext.ts";
import type { KernelLaunch, UniformWord } from "./launch.ts";
import type { Pipelines, ReadyPipeline } from "./pipelines.ts";

/** Part of a buffer, as a kernel sees it. */
export interface BufferRange {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly sizeBytes: number;
}

/** A dispatch ready to be encoded. */
export interface Dispatch {
  readonly kind: KernelLaunch<BufferRange>["kind"];
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly x: number;
  readonly y: number;
  readonly cost: number;
}

/** Some workgroups of a launch: one dispatch. */
export interface Band {
  readonly launch: KernelLaunch<BufferRange>;
  readonly base: number;
  readonly count: number;
  readonly x: number;
  readonly y: number;
  readonly cost: number;
}

/** Every device offers at least this many workgroups per dimension. */
const MOST_WORKGROUPS = 65_535;
/** Dynamic and static uniform offsets alike are multiples of this. */
const UNIFORM_STRIDE = 256;

/**
 * Cuts launches into dispatches of at most `mostCost` operations; more workgroups than one dimension
 * holds are folded into two.
 */
export function cutIntoBands(
  launches: readonly KernelLaunch<BufferRange>[],
  mostCost: number,
): Band[] {
  return launches.flatMap((launch) => {
    const bands = Math.min(launch.workgroups, Math.max(1, Math.ceil(launch.cost / mostCost)));
    const each = Math.ceil(launch.workgroups / Math.max(1, bands));
    const cut: Band[] = [];
    for (let base = 0; base < launch.workgroups; base += each) {
      const size = Math.min(each, launch.workgroups - base);
      const y = Math.ceil(size / MOST_WORKGROUPS);
      const x = Math.ceil(size / y);
      const cost = (launch.cost * size) / launch.workgroups;
      // A folded band may have a few workgroups too many: they stop at `count`.
      cut.push({ launch, base, count: base + size, x, y, cost });
    }
    return cut;
  });
}

/** The buffer that holds the uniforms of so many bands. */
export function uniformRequest(bands: readonly Band[]): BufferRequest {
  return {
    label: "uniforms",
    sizeBytes: Math.max(1, bands.length) * UNIFORM_STRIDE,
    usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
  };
}

/** Compiles the kernels, writes the uniforms and makes the bind groups. */
export async function prepareDispatches(
  context: GpuContext,
  pipelines: Pipelines,
  bands: readonly Band[],
  uniforms: GPUBuffer,
): Promise<Dispatch[]> {
  const ready = await Promise.all(
    bands.map((band) => pipelines.get(band.launch.source, band.launch.kind)),
  );
  writeUniforms(context, bands, uniforms);
  context.gpu.pushErrorScope("validation");
  const dispatches = bindDispatches(context, bands, ready, uniforms);
  const error = await context.race(context.gpu.popErrorScope());
  invariant(error === null, `bind groups are valid: ${error?.message}`);
  return dispatches;
}

export function writeUniforms(
  context: GpuContext,
  bands: readonly Band[],
  uniforms: GPUBuffer,
): void {
  const words = new ArrayBuffer(bands.length * UNIFORM_STRIDE);
  bands.forEach((band, i) => {
    const values = [band.base, band.count, ...band.launch.uniforms];
    writeWords(new DataView(words, i * UNIFORM_STRIDE, UNIFORM_STRIDE), values);
  });
  context.gpu.queue.writeBuffer(uniforms, 0, words);
}

/** Makes the bind groups; `ready` holds the pipeline of every band. */
export function bindDispatches(
  context: GpuContext,
  bands: readonly Band[],
  ready: readonly ReadyPipeline[],
  uniforms: GPUBuffer,
): Dispatch[] {
  return bands.map((band, i) => ({
    kind: band.launch.kind,
    pipeline: ready[i].pipeline,
    bindGroup: bind(context, ready[i], band.launch, {
      buffer: uniforms,
      offset: i * UNIFORM_STRIDE,
    }),
    x: band.x,
    y: band.y,
    cost: band.cost,
  }));
}

function writeWords(view: DataView, words: readonly UniformWord[]): void {
  words.forEach((word, i) => {
    if (typeof word === "number") view.setUint32(i * 4, word, true);
    else view.setFloat32(i * 4, word.f32, true);
  });
}

function bind(
  context: GpuContext,
  ready: ReadyPipeline,
  launch: KernelLaunch<BufferRange>,
  uniform: { buffer: GPUBuffer; offset: number },
): GPUBindGroup {
  const { bindings, kind } = launch;
  invariant(bindings.length === ready.writes.length, `${kind} has ${bindings.length} bindings`);
  bindings.forEach((range, i) => {
    if (!ready.writes[i]) return;
    const clash = bindings.some(
      (other, j) => j !== i && other.buffer === range.buffer && !ready.writes[j],
    );
    invariant(!clash, `${kind} does not read the buffer it writes through another binding`);
  });
  return context.gpu.createBindGroup({
    label: kind,
    layout: ready.layout,
    entries: [
      ...bindings.map((range, binding) => ({
        binding,
        resource: {
          buffer: range.buffer,
          offset: range.offset,
          size: alignUp(range.sizeBytes, 16),
        },
      })),
      {
        binding: bindings.length,
        resource: { buffer: uniform.buffer, offset: uniform.offset, size: UNIFORM_STRIDE },
      },
    ],
  });
}

/** Encodes dispatches into one pass. */
export function encodePass(
  encoder: GPUCommandEncoder,
  dispatches: readonly Dispatch[],
  timestampWrites?: GPUComputePassTimestampWrites,
): void {
  const pass = encoder.beginComputePass(timestampWrites === undefined ? {} : { timestampWrites });
  let current: GPUComputePipeline | null = null;
  for (const dispatch of dispatches) {
    if (dispatch.pipeline !== current) {
      pass.setPipeline(dispatch.pipeline);
      current = dispatch.pipeline;
    }
    pass.setBindGroup(0, dispatch.bindGroup);
    pass.dispatchWorkgroups(dispatch.x, dispatch.y);
  }
  pass.end();
}
