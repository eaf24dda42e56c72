import { invariant } from "@/lib/invariant.ts";
import { EngineError } from "@/engine/errors.ts";
import type { Backend, ParameterSpec, Plan, PlanOp, Tensor } from "@/engine/tape/ir.ts";
import { throwIfAborted } from "@/lib/errors.ts";
import { attentionScratchBytes } from "./attention.ts";
import { bind, elementsOf, type BoundOp, type Machine } from "./binder.ts";
import { Heap, type Block } from "./heap.ts";
import { macrotask } from "./macrotask.ts";
import { Matmul } from "./matmul.ts";
import { f32Operand, type Operand } from "./operand.ts";
import { CpuStore } from "./store.ts";
import { hasRelaxedSimd, makeKernels } from "./wasm/module.ts";

/** Work between two looks at the signal and the event loop. */
const SLICE_MS = 30;

export interface CpuBackendOptions {
  /** Most bytes the heap may take; 4 GiB or what the system grants when not given. */
  maxBytes?: number;
  /** Whether to use fused multiply-add; found out when not given. */
  relaxedSimd?: boolean;
}

/** A plan with its storage; made and used by the backend alone. */
export class CompiledPlan {
  readonly plan: Plan;
  readonly store: CpuStore;
  readonly blocks: Block[] = [];
  readonly locations = new Map<number, Operand>();
  bound: readonly BoundOp[] = [];
  generation = -1;
  released = false;

  constructor(plan: Plan, store: CpuStore) {
    this.plan = plan;
    this.store = store;
  }
}

export interface CpuBackend extends Backend<CompiledPlan> {
  /** For people: "WebAssembly SIMD, 1 thread". */
  readonly name: string;
  readonly relaxedSimd: boolean;
  createStore(parameters: readonly ParameterSpec[]): Promise<CpuStore>;
  compile(plan: Plan, store: unknown, signal?: AbortSignal): Promise<CompiledPlan>;
  /** Bytes in use: weights, plans and scratch. */
  usedBytes(): number;
}

/**
 * The backend on the processor: kernels in WebAssembly SIMD, one thread, results the same bit for bit
 * from run to run. Runs are serialised; each yields to the event loop every 30 ms of work.
 *
 * @throws EngineError OUT_OF_MEMORY when WebAssembly memory is refused.
 */
export async function createCpuBackend(options: CpuBackendOptions = {}): Promise<CpuBackend> {
  const relaxedSimd = options.relaxedSimd ?? hasRelaxedSimd();
  const heap = new Heap(options.maxBytes);
  const shape = { rows: 4, vectors: 2, unroll: 4, relaxed: relaxedSimd };
  const kernels = await makeKernels(heap.memory, heap.maximumPages, shape);
  const matmul = new Matmul(kernels, heap);
  let scratch = heap.alloc(0);
  let disposed = false;
  let queue: Promise<void> = Promise.resolve();

  function ensureScratch(ops: readonly PlanOp[]): void {
    let bytes = 0;
    for (const op of ops) {
      switch (op.kind) {
        case "attention":
        case "attentionGradQ":
        case "attentionGradKV":
          bytes = Math.max(bytes, attentionScratchBytes(op.attrs));
          break;
        default:
      }
    }
    if (bytes <= scratch.bytes) return;
    const larger = heap.alloc(bytes);
    heap.release(scratch);
    scratch = larger;
  }

  function place(compiled: CompiledPlan, tensor: Tensor): void {
    const { store, locations, blocks } = compiled;
    if (tensor.role === "activation") return;
    if (tensor.role === "weight" || tensor.role === "grad") {
      const located = store.locate(tensor.name, tensor.role === "weight" ? "value" : "grad");
      if (located.count !== elementsOf(tensor)) throw shapeMismatch(tensor, located.count);
      locations.set(tensor.id, located);
      return;
    }
    const block = heap.alloc(elementsOf(tensor) * 4);
    blocks.push(block);
    heap.i32(block.offset, block.bytes / 4).fill(0);
    locations.set(tensor.id, f32Operand(block.offset, tensor.shape.at(-1) ?? 1));
    if (tensor.role === "constant" && tensor.data) write(compiled, tensor, tensor.data);
  }

  function rebind(compiled: CompiledPlan): void {
    const machine: Machine = {
      heap,
      kernels,
      matmul,
      scratch: () => scratch.offset,
      locate: (tensor) => locate(compiled, tensor),
    };
    compiled.bound = compiled.plan.ops.map((op) => bind(op, machine));
    compiled.generation = heap.generation;
  }

  function locate(compiled: CompiledPlan, tensor: Tensor): Operand {
    const found = compiled.locations.get(tensor.id);
    invariant(found, `tensor ${tensor.id} (${tensor.name}) has no storage`);
    return found;
  }

  function write(compiled: CompiledPlan, tensor: Tensor, data: Float32Array | Int32Array): void {
    const { offset } = locate(compiled, tensor);
    if (data.length > elementsOf(tensor)) throw shapeMismatch(tensor, data.length);
    if (data instanceof Int32Array) heap.i32(offset, data.length).set(data);
    else heap.f32(offset, data.length).set(data);
  }

  async function execute(compiled: CompiledPlan, signal?: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    let pausedAt = performance.now();
    for (let index = 0; index < compiled.plan.ops.length; index++) {
      for (let part = 0; ; part++) {
        if (disposed) throw new DOMException("The engine was closed.", "AbortError");
        invariant(!compiled.released, "a plan is not released while it runs");
        if (compiled.generation !== heap.generation) rebind(compiled);
        const op = compiled.bound[index];
        if (part >= op.parts) break;
        op.run(part);
        if (performance.now() - pausedAt < SLICE_MS) continue;
        await macrotask();
        throwIfAborted(signal);
        pausedAt = performance.now();
      }
    }
  }

  const name = `WebAssembly ${relaxedSimd ? "relaxed SIMD" : "SIMD"}, 1 thread`;
  return {
    name,
    device: { kind: "cpu", name, software: false, maxBufferBytes: heap.limitBytes },
    lost: new Promise(() => {}),
    dispose: () => {
      disposed = true;
    },
    relaxedSimd,
    usedBytes: () => heap.usedBytes,
    createStore: async (parameters) => new CpuStore(heap, kernels, parameters),
    compile: async (plan, store, signal) => {
      throwIfAborted(signal);
      invariant(store instanceof CpuStore, "the store is another backend's");
      const compiled = new CompiledPlan(plan, store);
      try {
        const slots = plan.slotBytes.map((bytes) => {
          const block = heap.alloc(bytes);
          compiled.blocks.push(block);
          return block;
        });
        for (const tensor of plan.tensors) {
          const slot = plan.slotOf.get(tensor.id);
          if (tensor.role === "activation" && slot !== undefined) {
            const stride = tensor.shape.at(-1) ?? 1;
            compiled.locations.set(tensor.id, f32Operand(slots[slot].offset, stride));
          } else place(compiled, tensor);
        }
        ensureScratch(plan.ops);
        rebind(compiled);
      } catch (error) {
        releasePlan(compiled);
        throw error;
      }
      return compiled;
    },
    write,
    run: (compiled, signal) => {
      const done = queue.then(() => execute(compiled, signal));
      queue = done.catch(() => {});
      return done;
    },
    read: async (compiled, tensor) =>
      heap.f32(locate(compiled, tensor).offset, elementsOf(tensor)).slice(),
    release: releasePlan,
  };

  function releasePlan(compiled: CompiledPlan): void {
    if (compiled.released) return;
    compiled.released = true;
    for (const block of compiled.blocks) heap.release(block);
    compiled.blocks.length = 0;
    compiled.locations.clear();
    compiled.bound = [];
  }
}

function shapeMismatch(tensor: Tensor, have: number): EngineError {
  return new EngineError(
    "WEIGHTS_MISMATCH",
    `${tensor.name} has ${have} values, the plan wants ${elementsOf(tensor)}.`,
    "Check that the weights belong to this configuration.",
  );
}
