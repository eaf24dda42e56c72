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

/**
 * One dispatch should not take longer than this by its estimate, for cancelling and for the driver's
 * watchdog. Estimates are in terms of the matmul; on graphics cards other kernels fall short of its
 * speed by more, and short dispatches cost little.
 */
const SOFTWARE_DISPATCH_MS = 40;
const HARDWARE_DISPATCH_MS = 8;

/** Most operations of one dispatch on this device. */
export function mostCostOf({ tuning, flopsPerMs }: GpuMachine): number {
  return flopsPerMs * (tuning.software ? SOFTWARE_DISPATCH_MS : HARDWARE_DISPATCH_MS);
}
