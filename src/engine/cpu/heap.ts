import { EngineError } from "@/engine/errors.ts";

const PAGE_BYTES = 65_536;
const ALIGN_BYTES = 64;
/** Vector loads may run this far past the end of a block. */
const TAIL_BYTES = 64;
/** 4 GiB, then less for systems that cannot reserve so much address space. */
const RESERVES = [65_536, 32_768, 16_384, 8_192, 4_096];

interface Span {
  offset: number;
  bytes: number;
}

/** A piece of the heap; `offset` and `bytes` are multiples of 64. */
export type Block = Readonly<Span>;

/**
 * All numbers of the backend on one WebAssembly.Memory, so that kernels need no copies. Best fit over
 * a sorted free list whose neighbours merge; grows when nothing fits. Growing detaches every view:
 * hold blocks, take views when needed, and compare `generation` before using kept ones.
 */
export class Heap {
  readonly memory: WebAssembly.Memory;
  readonly maximumPages: number;
  /** Changes whenever views taken earlier have become unusable. */
  generation = 0;
  usedBytes = 0;
  readonly limitBytes: number;
  private readonly free: Span[] = [];
  private topBytes = ALIGN_BYTES;

  constructor(limitBytes = Number.POSITIVE_INFINITY) {
    const { memory, pages } = reserve();
    this.memory = memory;
    this.maximumPages = pages;
    this.limitBytes = Math.min(limitBytes, pages * PAGE_BYTES);
  }

  /** @throws EngineError OUT_OF_MEMORY, before anything has changed. */
  alloc(wantedBytes: number): Block {
    const bytes = Math.max(ALIGN_BYTES, Math.ceil(wantedBytes / ALIGN_BYTES) * ALIGN_BYTES);
    const block = this.takeFree(bytes) ?? this.takeTop(bytes);
    this.usedBytes += bytes;
    return block;
  }

  release(block: Block): void {
    this.usedBytes -= block.bytes;
    let at = this.free.findIndex((span) => span.offset > block.offset);
    if (at < 0) at = this.free.length;
    this.free.splice(at, 0, { offset: block.offset, bytes: block.bytes });
    this.merge(at);
    if (at > 0) this.merge(at - 1);
    const last = this.free.at(-1);
    if (last && last.offset + last.bytes === this.topBytes) {
      this.topBytes = last.offset;
      this.free.pop();
    }
  }

  f32(offset: number, length: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.memory.buffer, offset, length);
  }

  i32(offset: number, length: number): Int32Array<ArrayBuffer> {
    return new Int32Array(this.memory.buffer, offset, length);
  }

  u16(offset: number, length: number): Uint16Array<ArrayBuffer> {
    return new Uint16Array(this.memory.buffer, offset, length);
  }

  i8(offset: number, length: number): Int8Array<ArrayBuffer> {
    return new Int8Array(this.memory.buffer, offset, length);
  }

  private takeFree(bytes: number): Block | null {
    let best = -1;
    for (let i = 0; i < this.free.length; i++) {
      const size = this.free[i].bytes;
      if (size >= bytes && (best < 0 || size < this.free[best].bytes)) best = i;
    }
    if (best < 0) return null;
    const span = this.free[best];
    const block = { offset: span.offset, bytes };
    if (span.bytes === bytes) this.free.splice(best, 1);
    else this.free[best] = { offset: span.offset + bytes, bytes: span.bytes - bytes };
    return block;
  }

  private takeTop(bytes: number): Block {
    const endBytes = this.topBytes + bytes + TAIL_BYTES;
    const haveBytes = this.memory.buffer.byteLength;
    if (endBytes > this.limitBytes) throw this.outOfMemory(bytes);
    if (endBytes > haveBytes) this.grow(bytes, endBytes, haveBytes);
    const block = { offset: this.topBytes, bytes };
    this.topBytes += bytes;
    return block;
  }

  private grow(bytes: number, endBytes: number, haveBytes: number): void {
    const pages = Math.ceil((endBytes - haveBytes) / PAGE_BYTES);
    try {
      this.memory.grow(pages);
    } catch (cause) {
      throw this.outOfMemory(bytes, cause);
    }
    this.generation++;
  }

  private merge(at: number): void {
    const span = this.free[at];
    const next = this.free[at + 1];
    if (!next || span.offset + span.bytes !== next.offset) return;
    span.bytes += next.bytes;
    this.free.splice(at + 1, 1);
  }

  private outOfMemory(bytes: number, cause?: unknown): EngineError {
    const have = Math.max(0, this.limitBytes - this.topBytes - TAIL_BYTES);
    return new EngineError(
      "OUT_OF_MEMORY",
      `The processor engine needs ${megabytes(bytes)}, have ${megabytes(have)}.`,
      "Use a smaller batch, train fewer tensors or LoRA, or load a smaller model.",
      { cause, details: `needs ${bytes} bytes, have ${have} of ${this.limitBytes}` },
    );
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function reserve(): { memory: WebAssembly.Memory; pages: number } {
  let failure: unknown;
  for (const pages of RESERVES) {
    try {
      return { memory: new WebAssembly.Memory({ initial: 1, maximum: pages }), pages };
    } catch (error) {
      failure = error;
    }
  }
  throw new EngineError(
    "OUT_OF_MEMORY",
    "The browser gives no WebAssembly memory.",
    "Close other tabs or restart the browser.",
    { cause: failure },
  );
}
