import type { GpuContext } from "./gpuContext.ts";
import type { Tuning } from "./launch.ts";
import type { Pipelines } from "./pipelines.ts";

/** A device ready to compile and run plans. */
export interface GpuMachine {
  readonly context: GpuContext;
  readonly pipelines: Pipelines;
  readonly tuning: Tuning;
  /** Speed of the chosen matmul, in floating-point operations per millisecond. */
  readonly flopsPerMs: number;
}

/** One dispatch should not take longer than this, for cancelling and for the driver's watchdog. */
const DISPATCH_MS = 40;

/** Most operations of one dispatch on this device. */
export function mostCostOf(machine: GpuMachine): number {
  return machine.flopsPerMs * DISPATCH_MS;
}
