import { throwIfAborted } from "@/lib/errors.ts";
import type { CompiledPlan } from "./compiledPlan.ts";
import { encodePass } from "./dispatches.ts";
import type { GpuContext } from "./gpuContext.ts";

const ROUND_TRIPS = 10;

/**
 * Runs a plan one dispatch at a time and adds up the milliseconds per instruction kind. The time of an
 * empty round trip is measured first and taken off.
 */
export async function profilePlan(
  context: GpuContext,
  compiled: CompiledPlan,
  signal?: AbortSignal,
): Promise<Map<string, number>> {
  const emptyMs = await roundTripMs(context);
  const msByKind = new Map<string, number>();
  for (const dispatch of compiled.dispatches) {
    throwIfAborted(signal);
    const startedAt = performance.now();
    const encoder = context.gpu.createCommandEncoder();
    encodePass(encoder, [dispatch]);
    context.gpu.queue.submit([encoder.finish()]);
    await context.race(context.gpu.queue.onSubmittedWorkDone());
    const ms = Math.max(0, performance.now() - startedAt - emptyMs);
    const { kind } = dispatch;
    msByKind.set(kind, (msByKind.get(kind) ?? 0) + ms);
  }
  context.check();
  return msByKind;
}

/** Median time of submitting nothing and hearing back. */
async function roundTripMs(context: GpuContext): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < ROUND_TRIPS; i++) {
    const startedAt = performance.now();
    context.gpu.queue.submit([context.gpu.createCommandEncoder().finish()]);
    await context.race(context.gpu.queue.onSubmittedWorkDone());
    times.push(performance.now() - startedAt);
  }
  return times.sort((a, b) => a - b)[ROUND_TRIPS / 2];
}
