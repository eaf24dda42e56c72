import { invariant } from "@/lib/invariant.ts";
import { EngineError } from "../../errors.ts";
import type { AdamwHyper, ParameterSpec, ParameterStore } from "../../tape/ir.ts";
import type { BufferRange, Dispatch } from "../dispatches.ts";
import {
  bindDispatches,
  cutIntoBands,
  encodePass,
  uniformRequest,
  writeUniforms,
} from "../dispatches.ts";
import type { KernelLaunch, WeightLayout } from "../launch.ts";
import type { GpuMachine } from "../machine.ts";
import { mostCostOf } from "../machine.ts";
import type { ReadyPipeline } from "../pipelines.ts";
import { readBuffer } from "../readBuffer.ts";
import type { PackedShape } from "../weightBytes.ts";
import { packedShape, packWeights, unpackWeights } from "../weightBytes.ts";
import type { ArenaPlace } from "./arenas.ts";
import { ARENA_PARTS, layOutArenas, storageRequest } from "./arenas.ts";
import type { Chunk } from "./storeKernels.ts";
import {
  adamwLaunch,
  blendLaunch,
  fakeInt4Launch,
  squaresCount,
  squaresLaunch,
} from "./storeKernels.ts";

type StoreLaunch = KernelLaunch<BufferRange>;
type CopyPart = "original" | "saved";

interface Entry {
  readonly spec: ParameterSpec;
  readonly shape: PackedShape;
  /** For trainable parameters, else `frozen` is there. */
  readonly place: ArenaPlace | undefined;
  readonly frozen: GPUBuffer | undefined;
}

const PART_ARENA = { value: "w", grad: "g", m: "m", v: "v" } as const;

/**
 * Parameters on the device: frozen ones in a buffer each, in their format; trainable ones in f32
 * arenas (values, gradient, both moments, and once asked for the original and a save), cut into
 * chunks that a binding can hold.
 */
export class WebGpuStore implements ParameterStore {
  readonly #machine: GpuMachine;
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #chunks: readonly Chunk[];
  readonly #uniforms: GPUBuffer | undefined;
  readonly #partials: readonly GPUBuffer[];
  readonly #kernels: ReadonlyMap<string, ReadyPipeline>;
  readonly #copies = new Map<CopyPart, GPUBuffer[]>();
  #saveHeld = false;
  #released = false;

  private constructor(
    machine: GpuMachine,
    entries: ReadonlyMap<string, Entry>,
    chunks: readonly Chunk[],
    partials: readonly GPUBuffer[],
    uniforms: GPUBuffer | undefined,
    kernels: ReadonlyMap<string, ReadyPipeline>,
  ) {
    this.#machine = machine;
    this.#entries = entries;
    this.#chunks = chunks;
    this.#partials = partials;
    this.#uniforms = uniforms;
    this.#kernels = kernels;
  }

  /**
   * Allocates everything at once.
   *
   * @throws {EngineError} GPU_LIMIT_TOO_LOW or GPU_OUT_OF_MEMORY, leaving nothing allocated.
   */
  static async create(
    machine: GpuMachine,
    parameters: readonly ParameterSpec[],
  ): Promise<WebGpuStore> {
    const { context } = machine;
    const shapes = parameters.map((spec) => ({ spec, shape: packedShape(spec) }));
    const frozen = shapes.filter(({ spec }) => !spec.trainable);
    const { places, chunkBytes } = layOutArenas(
      shapes
        .filter(({ spec }) => spec.trainable)
        .map(({ spec, shape }) => ({ name: spec.name, sizeBytes: shape.sizeBytes })),
      context.acquired.info.maxBufferBytes,
    );
    const requests = [
      ...frozen.map(({ spec, shape }) => storageRequest(spec.name, shape.sizeBytes)),
      ...chunkBytes.flatMap((bytes, i) =>
        ARENA_PARTS.map((part) => storageRequest(`${part} arena ${i}`, bytes)),
      ),
      ...chunkBytes.map((bytes, i) => storageRequest(`norm ${i}`, squaresCount(bytes) * 4)),
    ];
    const buffers = await context.allocate(requests);
    const take = buffers[Symbol.iterator]();
    const next = (): GPUBuffer => {
      const { value } = take.next();
      invariant(value instanceof GPUBuffer, "a buffer for every request");
      return value;
    };
    const frozenBuffers = new Map(frozen.map(({ spec }) => [spec.name, next()]));
    const chunks = chunkBytes.map((sizeBytes) => {
      const [w, g, m, v] = [next(), next(), next(), next()];
      return { w, g, m, v, sizeBytes };
    });
    const partials = chunkBytes.map(() => next());
    const entries = new Map(
      shapes.map(({ spec, shape }) => [
        spec.name,
        { spec, shape, place: places.get(spec.name), frozen: frozenBuffers.get(spec.name) },
      ]),
    );
    try {
      const launches = storeLaunches(entries, chunks, partials);
      const ready = await Promise.all(
        launches.flat().map(async ({ source, kind }) => {
          return [source, await machine.pipelines.get(source, kind)] as const;
        }),
      );
      const bands = launches.map((list) => cutIntoBands(list, mostCostOf(machine)));
      const longest = bands.sort((a, b) => b.length - a.length)[0];
      const uniforms =
        chunks.length === 0 ? undefined : (await context.allocate([uniformRequest(longest)]))[0];
      return new WebGpuStore(machine, entries, chunks, partials, uniforms, new Map(ready));
    } catch (error) {
      for (const buffer of buffers) context.destroy(buffer);
      throw error;
    }
  }

  /** Where a kernel finds a parameter's value or gradient. */
  locate(name: string, part: "value" | "grad"): BufferRange & { elements: number } {
    const { place, frozen, shape } = this.#entry(name);
    const { sizeBytes, rows, columns } = shape;
    const elements = rows * columns;
    if (frozen !== undefined) {
      if (part === "grad") throw notTrainable(name);
      return { buffer: frozen, offset: 0, sizeBytes, elements };
    }
    invariant(place !== undefined, "a parameter is frozen or has a place");
    const buffer = this.#chunks[place.chunk][PART_ARENA[part]];
    return { buffer, offset: place.offset, sizeBytes, elements };
  }

  layoutOf(name: string): WeightLayout {
    return this.#entry(name).shape.layout;
  }

  write(name: string, values: Float32Array): void {
    const { shape } = this.#entry(name);
    assertLength(name, values, shape);
    const { buffer, offset } = this.locate(name, "value");
    this.#upload(
      buffer,
      offset,
      shape.layout.format === "f32" ? values : packWeights(shape, values),
    );
  }

  async read(name: string, part: "value" | "grad" | "m" | "v" = "value"): Promise<Float32Array> {
    const { shape, place, frozen } = this.#entry(name);
    const { context } = this.#machine;
    if (frozen !== undefined) {
      if (part !== "value") throw notTrainable(name);
      const bytes = await readBuffer(context, frozen, 0, alignedSize(shape));
      return unpackWeights(shape, bytes);
    }
    invariant(place !== undefined, "a parameter is frozen or has a place");
    const buffer = this.#chunks[place.chunk][PART_ARENA[part]];
    return new Float32Array(await readBuffer(context, buffer, place.offset, place.sizeBytes));
  }

  writeMoment(name: string, part: "m" | "v", values: Float32Array): void {
    const { place, shape } = this.#entry(name);
    if (place === undefined) throw notTrainable(name);
    assertLength(name, values, shape);
    this.#upload(this.#chunks[place.chunk][part], place.offset, values);
  }

  keepOriginal(): void {
    this.#copy("w", "original");
  }

  zeroGrad(): void {
    this.#encode((encoder) => {
      for (const chunk of this.#chunks) encoder.clearBuffer(chunk.g);
    });
  }

  async gradNorm(): Promise<number> {
    this.#launch(this.#chunks.map((chunk, i) => squaresLaunch(chunk, this.#partials[i])));
    let sum = 0;
    for (const [i, chunk] of this.#chunks.entries()) {
      const bytes = squaresCount(chunk.sizeBytes) * 4;
      const partial = new Float32Array(
        await readBuffer(this.#machine.context, this.#partials[i], 0, bytes),
      );
      for (const part of partial) sum += part;
    }
    return Math.sqrt(sum);
  }

  adamw(hyper: AdamwHyper): void {
    this.#launch(this.#chunks.map((chunk) => adamwLaunch(chunk, hyper)));
  }

  sgd(learningRate: number): void {
    const factors = { keep: 1, add: -learningRate };
    this.#launch(this.#chunks.map((chunk) => blendLaunch(chunk, chunk.g, factors)));
  }

  averageTowardOriginal(lambda: number): void {
    const originals = this.#copies.get("original");
    if (this.#chunks.length === 0) return;
    invariant(originals !== undefined, "keepOriginal came before averaging");
    const factors = { keep: 1 - lambda, add: lambda };
    this.#launch(this.#chunks.map((chunk, i) => blendLaunch(chunk, originals[i], factors)));
  }

  enterFakeInt4(): void {
    if (!this.#saveHeld) this.saveValues();
    this.#launch(int4Launches(this.#entries, this.#chunks));
  }

  saveValues(): void {
    this.#copy("w", "saved");
    this.#saveHeld = true;
  }

  restoreValues(): void {
    invariant(this.#saveHeld, "values were saved before they are restored");
    this.#saveHeld = false;
    const saved = this.#copies.get("saved") ?? [];
    this.#encode((encoder) => {
      for (const [i, chunk] of this.#chunks.entries()) {
        encoder.copyBufferToBuffer(saved[i], 0, chunk.w, 0, chunk.sizeBytes);
      }
    });
  }

  bytes(): { weightBytes: number; stateBytes: number } {
    let weightBytes = 0;
    let stateBytes = 0;
    for (const { frozen } of this.#entries.values()) weightBytes += frozen?.size ?? 0;
    for (const chunk of this.#chunks) {
      weightBytes += chunk.sizeBytes;
      stateBytes += 3 * chunk.sizeBytes;
    }
    for (const buffer of [...this.#copies.values()].flat()) stateBytes += buffer.size;
    return { weightBytes, stateBytes };
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    const { context } = this.#machine;
    for (const { frozen } of this.#entries.values()) if (frozen) context.destroy(frozen);
    for (const { w, g, m, v } of this.#chunks) {
      for (const buffer of [w, g, m, v]) context.destroy(buffer);
    }
    for (const buffer of [...this.#partials, ...[...this.#copies.values()].flat()]) {
      context.destroy(buffer);
    }
    if (this.#uniforms !== undefined) context.destroy(this.#uniforms);
  }

  #entry(name: string): Entry {
    invariant(!this.#released, "the store has not been released");
    const entry = this.#entries.get(name);
    if (entry !== undefined) return entry;
    throw new EngineError(
      "WEIGHTS_MISMATCH",
      `The model has no parameter ${name}.`,
      "Check that the weights belong to this configuration.",
    );
  }

  #upload(buffer: GPUBuffer, offset: number, data: Float32Array | Uint8Array): void {
    const { context } = this.#machine;
    context.check();
    context.gpu.queue.writeBuffer(buffer, offset, data.buffer, data.byteOffset, data.byteLength);
  }

  #copy(from: "w", to: CopyPart): void {
    let copies = this.#copies.get(to);
    if (copies === undefined) {
      const { context } = this.#machine;
      copies = this.#chunks.map((chunk, i) =>
        context.allocateNow(storageRequest(`${to} arena ${i}`, chunk.sizeBytes)),
      );
      this.#copies.set(to, copies);
    }
    const targets = copies;
    this.#encode((encoder) => {
      for (const [i, chunk] of this.#chunks.entries()) {
        encoder.copyBufferToBuffer(chunk[from], 0, targets[i], 0, chunk.sizeBytes);
      }
    });
  }

  #encode(record: (encoder: GPUCommandEncoder) => void): void {
    const { context } = this.#machine;
    context.check();
    const encoder = context.gpu.createCommandEncoder();
    record(encoder);
    context.gpu.queue.submit([encoder.finish()]);
  }

  /** Submits kernels of the store in order, at most one dispatch's worth of work a submit. */
  #launch(launches: readonly StoreLaunch[]): void {
    if (this.#uniforms === undefined || launches.length === 0) return;
    const { context } = this.#machine;
    const mostCost = mostCostOf(this.#machine);
    const bands = cutIntoBands(launches, mostCost);
    const ready = bands.map(({ launch }) => {
      const kernel = this.#kernels.get(launch.source);
      invariant(kernel !== undefined, `the kernel ${launch.kind} has been compiled`);
      return kernel;
    });
    writeUniforms(context, bands, this.#uniforms);
    let group: Dispatch[] = [];
    let cost = 0;
    const flush = () => {
      const dispatches = group;
      if (dispatches.length > 0) this.#encode((encoder) => encodePass(encoder, dispatches));
      group = [];
      cost = 0;
    };
    for (const dispatch of bindDispatches(context, bands, ready, this.#uniforms)) {
      if (cost + dispatch.cost > mostCost) flush();
      group.push(dispatch);
      cost += dispatch.cost;
    }
    flush();
  }
}

/** Every list of kernels that one call of the store may run, with neutral figures. */
function storeLaunches(
  entries: ReadonlyMap<string, Entry>,
  chunks: readonly Chunk[],
  partials: readonly GPUBuffer[],
): StoreLaunch[][] {
  const hyper: AdamwHyper = {
    learningRate: 0,
    beta1: 0,
    beta2: 0,
    epsilon: 1,
    weightDecay: 0,
    c1: 1,
    c2: 1,
    gradScale: 1,
  };
  return [
    chunks.map((chunk) => adamwLaunch(chunk, hyper)),
    chunks.map((chunk) => blendLaunch(chunk, chunk.g, { keep: 1, add: 0 })),
    chunks.map((chunk, i) => squaresLaunch(chunk, partials[i])),
    int4Launches(entries, chunks),
  ];
}

function int4Launches(
  entries: ReadonlyMap<string, Entry>,
  chunks: readonly Chunk[],
): StoreLaunch[] {
  const launches: StoreLaunch[] = [];
  for (const { spec, shape, place } of entries.values()) {
    if (place === undefined || spec.shape.length < 2) continue;
    const range = {
      buffer: chunks[place.chunk].w,
      offset: place.offset,
      sizeBytes: place.sizeBytes,
    };
    launches.push(fakeInt4Launch(range, shape.rows, shape.columns));
  }
  return launches;
}

function alignedSize(shape: PackedShape): number {
  return Math.ceil(shape.sizeBytes / 4) * 4;
}

function assertLength(name: string, values: Float32Array, shape: PackedShape): void {
  const want = shape.rows * shape.columns;
  if (values.length === want) return;
  throw new EngineError(
    "WEIGHTS_MISMATCH",
    `${name} has ${values.length} values, the model wants ${want}.`,
    "Check that the weights belong to this configuration.",
  );
}

function notTrainable(name: string): EngineError {
  return new EngineError(
    "WEIGHTS_MISMATCH",
    `${name} is frozen and has no gradient or moments.`,
    "Read its value instead, or load the model with a larger trainable set.",
  );
}
