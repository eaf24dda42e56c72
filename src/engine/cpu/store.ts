import { EngineError } from "@/engine/errors.ts";
import type { AdamwHyper, ParameterSpec, ParameterStore } from "@/engine/tape/ir.ts";
import { invariant } from "@/lib/invariant.ts";
import type { Block, Heap } from "./heap.ts";
import type { Operand } from "./operand.ts";
import { average, norm, sgdStep } from "./arenaMath.ts";
import {
  BLOCK,
  packBf16,
  packQ8,
  q8RowBytes,
  roundToInt4,
  unpackBf16,
  unpackQ8Row,
} from "./quantise.ts";
import type { RowKernels } from "./wasm/rowKernels.ts";

/** Arena elements are aligned to 64 bytes; the gaps stay zero. */
const ALIGN = 16;

interface Entry {
  readonly spec: ParameterSpec;
  readonly count: number;
  /** Length of a row: the last dimension. */
  readonly columns: number;
  /** Elements from the start of the arenas, −1 for frozen parameters. */
  readonly at: number;
  readonly frozen: Block | null;
}

type Arena = "w" | "g" | "m" | "v" | "original" | "saved";
const ARENA_OF = { value: "w", grad: "g", m: "m", v: "v" } as const;

function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function frozenBytes(spec: ParameterSpec): number {
  const count = elements(spec.shape);
  if (spec.format === "f32") return count * 4;
  if (spec.format === "bf16") return count * 2;
  const columns = spec.shape.at(-1) ?? 1;
  const bytes = (count / columns) * q8RowBytes(columns);
  return bytes + (bytes / BLOCK) * 4;
}

/**
 * Weights on the heap. Trainable parameters lie one after another in arenas of equal layout (values,
 * gradients, both moments, and when asked for the original and the saved values), so that the
 * optimiser is one loop; frozen ones have a block each in their format (see quantise.ts).
 */
export class CpuStore implements ParameterStore {
  private readonly heap: Heap;
  private readonly kernels: RowKernels;
  private readonly entries = new Map<string, Entry>();
  private readonly arenas = new Map<Arena, Block>();
  private readonly arenaLength: number;
  private saveHeld = false;

  /** @throws EngineError OUT_OF_MEMORY, leaving nothing allocated. */
  constructor(heap: Heap, kernels: RowKernels, parameters: readonly ParameterSpec[]) {
    this.heap = heap;
    this.kernels = kernels;
    let at = 0;
    try {
      for (const spec of parameters) {
        const count = elements(spec.shape);
        const columns = spec.shape.at(-1) ?? 1;
        const frozen = spec.trainable ? null : heap.alloc(frozenBytes(spec));
        this.entries.set(spec.name, { spec, count, columns, at: frozen ? -1 : at, frozen });
        if (frozen) this.clear(frozen);
        else at += Math.ceil(count / ALIGN) * ALIGN;
      }
      this.arenaLength = at;
      if (at > 0) for (const arena of ["w", "g", "m", "v"] as const) this.clear(this.make(arena));
    } catch (error) {
      this.release();
      throw error;
    }
  }

  write(name: string, values: Float32Array): void {
    const entry = this.entry(name);
    if (values.length !== entry.count) throw lengthMismatch(name, values.length, entry.count);
    if (!entry.frozen) {
      this.part(entry, "w").set(values);
      return;
    }
    const { offset } = entry.frozen;
    if (entry.spec.format === "f32") this.heap.f32(offset, entry.count).set(values);
    else if (entry.spec.format === "bf16") packBf16(values, this.heap.u16(offset, entry.count));
    else {
      const { packed, scales } = this.q8(entry, offset);
      packQ8(values, entry.columns, packed, scales);
    }
  }

  read(name: string, part: "value" | "grad" | "m" | "v" = "value"): Promise<Float32Array> {
    const entry = this.entry(name);
    if (!entry.frozen) return Promise.resolve(this.part(entry, ARENA_OF[part]).slice());
    if (part !== "value") throw notTrainable(name);
    return Promise.resolve(this.readFrozen(entry, entry.frozen.offset));
  }

  writeMoment(name: string, part: "m" | "v", values: Float32Array): void {
    const entry = this.entry(name);
    if (entry.frozen) throw notTrainable(name);
    if (values.length !== entry.count) throw lengthMismatch(name, values.length, entry.count);
    this.part(entry, part).set(values);
  }

  keepOriginal(): void {
    this.copyArena("w", "original");
  }

  zeroGrad(): void {
    this.arena("g").fill(0);
  }

  gradNorm(): Promise<number> {
    return Promise.resolve(norm(this.arena("g")));
  }

  /** AdamW with decoupled weight decay (Loshchilov and Hutter, 2019); the gradient stays as it is. */
  adamw(hyper: AdamwHyper): void {
    if (this.arenaLength === 0) return;
    const { learningRate, beta1, beta2, epsilon, weightDecay, c1, c2, gradScale } = hyper;
    this.kernels.adamw(
      this.block("w").offset,
      this.block("g").offset,
      this.block("m").offset,
      this.block("v").offset,
      this.arenaLength,
      gradScale,
      beta1,
      1 - beta1,
      beta2,
      1 - beta2,
      c2,
      epsilon,
      learningRate * weightDecay,
      learningRate * c1,
    );
  }

  sgd(learningRate: number): void {
    sgdStep(this.arena("w"), this.arena("g"), learningRate);
  }

  averageTowardOriginal(lambda: number): void {
    if (this.arenaLength === 0) return;
    invariant(this.arenas.has("original"), "keepOriginal came before averaging");
    average(this.arena("w"), this.arena("original"), lambda);
  }

  enterFakeInt4(): void {
    if (!this.saveHeld) this.saveValues();
    for (const entry of this.entries.values()) {
      if (entry.frozen || entry.spec.shape.length < 2) continue;
      roundToInt4(this.part(entry, "w"), entry.columns);
    }
  }

  saveValues(): void {
    this.copyArena("w", "saved");
    this.saveHeld = true;
  }

  restoreValues(): void {
    invariant(this.saveHeld, "values were saved before they are restored");
    this.saveHeld = false;
    if (this.arenaLength > 0) this.arena("w").set(this.arena("saved"));
  }

  bytes(): { weightBytes: number; stateBytes: number } {
    let weightBytes = 0;
    let stateBytes = 0;
    for (const entry of this.entries.values()) weightBytes += entry.frozen?.bytes ?? 0;
    for (const [arena, block] of this.arenas) {
      if (arena === "w") weightBytes += block.bytes;
      else stateBytes += block.bytes;
    }
    return { weightBytes, stateBytes };
  }

  release(): void {
    for (const entry of this.entries.values()) if (entry.frozen) this.heap.release(entry.frozen);
    for (const block of this.arenas.values()) this.heap.release(block);
    this.entries.clear();
    this.arenas.clear();
  }

  /** Where a parameter's value or gradient lies, as matrix [count/columns, columns]. */
  locate(name: string, part: "value" | "grad"): Operand & { count: number; columns: number } {
    const entry = this.entry(name);
    const { count, columns, frozen } = entry;
    if (!frozen) {
      const offset = this.block(ARENA_OF[part]).offset + entry.at * 4;
      const none = { scaleOffset: 0, scaleStrideBytes: 0 };
      return { format: "f32", offset, strideBytes: columns * 4, ...none, count, columns };
    }
    if (part === "grad") throw notTrainable(name);
    const { format } = entry.spec;
    const rowBytes = q8RowBytes(columns);
    const strideBytes = { f32: columns * 4, bf16: columns * 2, q8: rowBytes }[format];
    return {
      format,
      offset: frozen.offset,
      strideBytes,
      scaleOffset: frozen.offset + (count / columns) * rowBytes,
      scaleStrideBytes: (rowBytes / BLOCK) * 4,
      count,
      columns,
    };
  }

  private readFrozen(entry: Entry, offset: number): Float32Array {
    if (entry.spec.format === "f32") return this.heap.f32(offset, entry.count).slice();
    const out = new Float32Array(entry.count);
    if (entry.spec.format === "bf16") unpackBf16(this.heap.u16(offset, entry.count), out);
    else {
      const { packed, scales } = this.q8(entry, offset);
      const rows = entry.count / entry.columns;
      for (let r = 0; r < rows; r++) {
        unpackQ8Row(packed, scales, entry.columns, r, out, r * entry.columns);
      }
    }
    return out;
  }

  private q8(entry: Entry, offset: number): { packed: Int8Array; scales: Float32Array } {
    const bytes = (entry.count / entry.columns) * q8RowBytes(entry.columns);
    return {
      packed: this.heap.i8(offset, bytes),
      scales: this.heap.f32(offset + bytes, bytes / BLOCK),
    };
  }

  private entry(name: string): Entry {
    const entry = this.entries.get(name);
    if (entry) return entry;
    throw new EngineError(
      "WEIGHTS_MISMATCH",
      `The model has no parameter ${name}.`,
      "Check that the weights belong to this configuration.",
    );
  }

  private part(entry: Entry, arena: Arena): Float32Array {
    return this.heap.f32(this.block(arena).offset + entry.at * 4, entry.count);
  }

  private arena(arena: Arena): Float32Array {
    if (this.arenaLength === 0) return new Float32Array(0);
    return this.heap.f32(this.block(arena).offset, this.arenaLength);
  }

  private block(arena: Arena): Block {
    const block = this.arenas.get(arena);
    invariant(block, `arena ${arena} exists`);
    return block;
  }

  private make(arena: Arena): Block {
    const block = this.arenas.get(arena) ?? this.heap.alloc(this.arenaLength * 4);
    this.arenas.set(arena, block);
    return block;
  }

  private copyArena(from: Arena, to: Arena): void {
    if (this.arenaLength === 0) return;
    this.make(to);
    this.arena(to).set(this.arena(from));
  }

  private clear(block: Block): void {
    this.heap.i32(block.offset, block.bytes / 4).fill(0);
  }
}

function lengthMismatch(name: string, have: number, want: number): EngineError {
  return new EngineError(
    "WEIGHTS_MISMATCH",
    `${name} has ${have} values, the model wants ${want}.`,
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
