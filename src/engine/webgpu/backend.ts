import { invariant } from "@/lib/invariant.ts";
import type { Backend, ParameterSpec, Plan, Tensor } from "../tape/ir.ts";
import { ActivationPool } from "./activationPool.ts";
import type { CompiledPlan } from "./compiledPlan.ts";
import { compilePlan, elementsOf, upload } from "./compiledPlan.ts";
import { GpuContext } from "./gpuContext.ts";
import type { AcquireOptions } from "./gpuDevice.ts";
import { acquireGpuDevice } from "./gpuDevice.ts";
import type { MatmulVariant } from "./launch.ts";
import type { GpuMachine } from "./machine.ts";
import { Pipelines } from "./pipelines.ts";
import type { ProfileOptions } from "./profile.ts";
import { profilePlan } from "./profile.ts";
import { readBuffer } from "./readBuffer.ts";
import { runPlan } from "./runPlan.ts";
import { WebGpuStore } from "./store/webGpuStore.ts";
import type { TuneOptions } from "./tune.ts";
import { tune } from "./tune.ts";

export interface WebGpuBackendOptions extends AcquireOptions, TuneOptions {}

export interface WebGpuMemory {
  /** Bytes allocated now, and the most there ever were. */
  allocatedBytes: number;
  peakBytes: number;
  /** The part shared by all plans. */
  activationBytes: number;
}

export interface WebGpuBackend extends Backend<CompiledPlan> {
  /** The device itself, for benchmarks and for tests of its loss. */
  readonly gpu: GPUDevice;
  /** The matmul in use; the first to ask, or the first model, waits for the measurement. */
  matmul(): Promise<MatmulVariant>;
  createStore(parameters: readonly ParameterSpec[]): Promise<WebGpuStore>;
  memory(): WebGpuMemory;
  /** Runs the plan once, one dispatch at a time: milliseconds per instruction kind. */
  profile(compiled: CompiledPlan, options?: ProfileOptions): Promise<Map<string, number>>;
}

/**
 * The backend on the graphics device. Runs are serialised; each is cut into short submits. The first
 * error of the device (loss, rejected command, memory) ends every later call.
 *
 * @throws {EngineError} GPU_UNAVAILABLE, GPU_LIMIT_TOO_LOW.
 */
export async function createWebGpuBackend(
  options: WebGpuBackendOptions = {},
): Promise<WebGpuBackend> {
  const acquired = await acquireGpuDevice(options);
  const context = new GpuContext(acquired, options.memoryLimitBytes);
  const pipelines = new Pipelines(context);
  let machine: Promise<GpuMachine> | undefined;
  const pool = new ActivationPool(context);
  let queue: Promise<unknown> = Promise.resolve();

  /** Kernels are chosen for the first model: some callers only ask what the device is. */
  function tuned(): Promise<GpuMachine> {
    machine ??= tune(context, pipelines, options).catch((error: unknown) => {
      // Memory that was short may be there the next time.
      machine = undefined;
      throw error;
    });
    return machine;
  }

  /** One run at a time: plans share their activations. */
  function serialised<T>(task: () => Promise<T>): Promise<T> {
    const done = queue.then(task);
    queue = done.catch(() => undefined);
    return done;
  }

  function rangeOf(compiled: CompiledPlan, tensor: Tensor) {
    const range = compiled.ranges.get(tensor.id);
    invariant(range !== undefined, `tensor ${tensor.name} is listed in the plan`);
    return range;
  }

  return {
    device: acquired.info,
    gpu: context.gpu,
    matmul: async () => (await tuned()).tuning.matmul,
    lost: context.lost,
    dispose: () => context.gpu.destroy(),
    createStore: async (parameters) => WebGpuStore.create(await tuned(), parameters),
    compile: async (plan: Plan, store, signal) => {
      invariant(store instanceof WebGpuStore, "the store is this backend's");
      return compilePlan(await tuned(), pool, plan, store, signal);
    },
    write: (compiled, tensor, data) => upload(context, compiled.ranges, tensor, data),
    run: (compiled, signal) => serialised(() => runPlan(context, compiled, signal)),
    read: async (compiled, tensor) => {
      const { buffer, offset } = rangeOf(compiled, tensor);
      return new Float32Array(await readBuffer(context, buffer, offset, elementsOf(tensor) * 4));
    },
    release: (compiled) => {
      if (compiled.released) return;
      compiled.released = true;
      for (const buffer of compiled.own) context.destroy(buffer);
      pool.release(compiled.slots);
    },
    memory: () => ({
      allocatedBytes: context.allocatedBytes,
      peakBytes: context.peakBytes,
      activationBytes: pool.sizeBytes,
    }),
    profile: (compiled, how) => serialised(() => profilePlan(context, compiled, how)),
  };
}
