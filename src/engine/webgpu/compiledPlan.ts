import { invariant } from "@/lib/invariant.ts";
import { throwIfAborted } from "@/lib/errors.ts";
import { EngineError } from "../errors.ts";
import type { Plan, Tensor } from "../tape/ir.ts";
import type { ActivationPool } from "./activationPool.ts";
import type { BufferRange, Dispatch } from "./dispatches.ts";
import { cutIntoBands, prepareDispatches, uniformRequest } from "./dispatches.ts";
import type { BufferRequest, GpuContext } from "./gpuContext.ts";
import type { WeightLayout } from "./launch.ts";
import { lower } from "./lower.ts";
import type { GpuMachine } from "./machine.ts";
import { mostCostOf } from "./machine.ts";
import { storageRequest } from "./store/arenas.ts";
import type { WebGpuStore } from "./store/webGpuStore.ts";

/** A plan with its buffers and dispatches; made and used by the backend alone. */
export interface CompiledPlan {
  readonly plan: Plan;
  readonly store: WebGpuStore;
  readonly dispatches: readonly Dispatch[];
  readonly ranges: ReadonlyMap<number, BufferRange>;
  /** Buffers of its own; activations belong to the pool. */
  readonly own: readonly GPUBuffer[];
  readonly slots: readonly GPUBuffer[];
  /** Operations per millisecond seen so far, for cutting submits. */
  flopsPerMs: number;
  released: boolean;
}

/** Number of elements of a tensor. */
export function elementsOf(tensor: Tensor): number {
  return tensor.shape.reduce((product, size) => product * size, 1);
}

/**
 * Gives every tensor of a plan its storage and makes one dispatch (or several bands) per instruction.
 *
 * @throws {EngineError} GPU_OUT_OF_MEMORY or GPU_LIMIT_TOO_LOW before anything runs, WEIGHTS_MISMATCH.
 */
export async function compilePlan(
  machine: GpuMachine,
  pool: ActivationPool,
  plan: Plan,
  store: WebGpuStore,
  signal?: AbortSignal,
): Promise<CompiledPlan> {
  throwIfAborted(signal);
  const { context, pipelines } = machine;
  const slots = await pool.acquire(plan.slotBytes);
  let own: GPUBuffer[] = [];
  try {
    const owned = plan.tensors.filter(hasOwnBuffer);
    own = await context.allocate(owned.map(ownRequest));
    const ranges = new Map<number, BufferRange>();
    owned.forEach((tensor, i) => ranges.set(tensor.id, whole(own[i], tensor)));
    for (const tensor of plan.tensors) {
      if (!hasOwnBuffer(tensor)) ranges.set(tensor.id, locate(plan, store, slots, tensor));
      if (tensor.data !== undefined) upload(context, ranges, tensor, tensor.data);
    }
    const rangeOf = (tensor: Tensor): BufferRange => {
      const range = ranges.get(tensor.id);
      invariant(range !== undefined, `tensor ${tensor.name} is listed in the plan`);
      return range;
    };
    const lowering = { tuning: machine.tuning, layoutOf: (t: Tensor) => layoutOf(store, t) };
    const launches = plan.ops.map((op) => {
      const launch = lower(op, lowering);
      return { ...launch, bindings: launch.bindings.map(rangeOf) };
    });
    const bands = cutIntoBands(launches, mostCostOf(machine));
    const [uniforms] = await context.allocate([uniformRequest(bands)]);
    own.push(uniforms);
    throwIfAborted(signal);
    const dispatches = await prepareDispatches(context, pipelines, bands, uniforms);
    throwIfAborted(signal);
    const { flopsPerMs } = machine;
    return { plan, store, dispatches, ranges, own, slots, flopsPerMs, released: false };
  } catch (error) {
    for (const buffer of own) context.destroy(buffer);
    pool.release(slots);
    throw error;
  }
}

function hasOwnBuffer({ role }: Tensor): boolean {
  return role === "input" || role === "output" || role === "constant";
}

function ownRequest(tensor: Tensor): BufferRequest {
  return storageRequest(tensor.name, elementsOf(tensor) * 4);
}

function whole(buffer: GPUBuffer, tensor: Tensor): BufferRange {
  return { buffer, offset: 0, sizeBytes: elementsOf(tensor) * 4 };
}

function locate(
  plan: Plan,
  store: WebGpuStore,
  slots: readonly GPUBuffer[],
  tensor: Tensor,
): BufferRange {
  if (tensor.role === "activation") {
    const slot = plan.slotOf.get(tensor.id);
    invariant(slot !== undefined, `activation ${tensor.name} has a slot`);
    return whole(slots[slot], tensor);
  }
  const range = store.locate(tensor.name, tensor.role === "grad" ? "grad" : "value");
  const want = elementsOf(tensor);
  if (range.elements === want) return range;
  throw new EngineError(
    "WEIGHTS_MISMATCH",
    `${tensor.name} has ${range.elements} values, the plan wants ${want}.`,
    "Check that the weights belong to this configuration.",
  );
}

function layoutOf(store: WebGpuStore, tensor: Tensor): WeightLayout {
  if (tensor.role === "weight") return store.layoutOf(tensor.name);
  return { format: "f32", rowLength: tensor.shape.at(-1) ?? 1, scaleAt: 0, scaleStride: 0 };
}

/** Writes host data into a tensor's buffer, at most its own length. */
export function upload(
  context: GpuContext,
  ranges: ReadonlyMap<number, BufferRange>,
  tensor: Tensor,
  data: Float32Array | Int32Array,
): void {
  const range = ranges.get(tensor.id);
  invariant(range !== undefined, `tensor ${tensor.name} is listed in the plan`);
  invariant(data.length <= elementsOf(tensor), `${tensor.name} holds ${elementsOf(tensor)} values`);
  context.check();
  context.gpu.queue.writeBuffer(
    range.buffer,
    range.offset,
    data.buffer,
    data.byteOffset,
    data.byteLength,
  );
}
